import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startFaulted, type FaultedProxy } from '../support/faulted-proxy.ts';
import { expectRecords } from '../support/log-lines.ts';
import type { Settings } from '../support/proxy-under-test.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SOUND = { status: 200, degraded: [] } as const;
/** The archiver fails too, where it looks meanwhile. */
const WITHOUT_RECORD = { status: 200, degraded: expect.arrayContaining(['run_events', 'agent_logs']) };
const PAGE_BYTES = 4_096;

function stateFolder(): { folder: string; path: string } {
  const folder = join(temporaryFolder(), 'state');
  return { folder, path: join(folder, 'state.sqlite') };
}

async function start(folder: string): Promise<FaultedProxy> {
  const proxy = await startFaulted({ worker: {}, settings: { PROXY_STATE_DIR: folder } });
  await proxy.log.waitFor({ event: 'worker_started' });
  return proxy;
}

/** A state folder with the record of a few runs in it, and no process on it. */
async function recorded(): Promise<{ folder: string; path: string }> {
  const made = stateFolder();
  const proxy = await start(made.folder);
  expect(await proxy.ask()).toEqual([]);
  await proxy.stop();
  return made;
}

/** Another process, as far as SQLite can see. */
function lock(path: string): () => void {
  const other = new Database(path);
  other.exec('BEGIN EXCLUSIVE');
  onTestFinished(() => void other.close());
  return () => void other.exec('COMMIT');
}

function overwritePages(path: string): void {
  const file = openSync(path, 'r+');
  const { size } = statSync(path);
  for (let at = PAGE_BYTES; at < size; at += PAGE_BYTES) writeSync(file, Buffer.alloc(PAGE_BYTES, 0xee), 0, PAGE_BYTES, at);
  closeSync(file);
}

describe('state.sqlite, while the proxy runs,', () => {
  test('held by another process delays the record and nothing else', async () => {
    const { folder, path } = stateFolder();
    const proxy = await start(folder);
    expect(await proxy.ask()).toEqual([]);
    const unlock = lock(path);
    expect(await proxy.ask()).toEqual([]);
    await expect.poll(proxy.probe).toEqual(WITHOUT_RECORD);
    expect(await proxy.ask()).toEqual([]);
    await expect.poll(() => proxy.log.all({ event: 'run_events_failed' })).toMatchObject([{ reason: 'state_db_busy' }]);
    unlock();
    await proxy.log.waitFor({ event: 'run_events_recovered', count: 0 });
    await expect.poll(proxy.probe).toEqual(SOUND);
    expect(await proxy.metric('codex_run_events_dropped_total')).toBe(0);
    await expect.poll(async () => (await proxy.runIds()).length).toBe(9);
    expectRecords(proxy.log.lines);
  });

  test('damaged takes nothing more as soon as that is met, and is left to whoever puts it away; then the record begins anew', async () => {
    const { folder, path } = stateFolder();
    const proxy = await start(folder);
    for (let round = 1; round <= 5; round += 1) expect(await proxy.ask()).toEqual([]);
    await expect.poll(async () => (await proxy.runIds()).length).toBe(15);
    const oldest = String((await proxy.runIds()).at(-1));
    // The write-ahead log is emptied a second after the last write: what is in the file is all there is.
    await expect.poll(() => statSync(`${path}-wal`).size).toBe(0);
    overwritePages(path);

    expect(await proxy.ask()).toEqual([]);
    // Whoever reads what is not in memory meets the damage.
    expect(await proxy.statusOf(`/api/runs/${oldest}/events`)).toBe(500);
    expect(await proxy.probe()).toEqual(WITHOUT_RECORD);
    expect(await proxy.log.waitFor({ event: 'run_events_failed' })).toMatchObject({ reason: 'state_db_corrupt', level: 'error' });
    expect(proxy.log.all({ event: 'uncaught_error' })).toEqual([]);
    expect(await proxy.ask()).toEqual([]);
    await expect.poll(async () => proxy.metric('codex_run_events_dropped_total', { reason: 'unavailable' })).toBeGreaterThan(0);

    renameSync(path, `${path}.damaged`);
    await proxy.log.waitFor({ event: 'run_events_recovered' });
    await expect.poll(proxy.probe).toEqual(SOUND);
    expect(await proxy.ask()).toEqual([]);
    await expect.poll(async () => (await proxy.runIds()).length).toBe(3);
    expectRecords(proxy.log.lines);
  });

  test.each<[string, (path: string) => void]>([
    ['removed', (path) => rmSync(path)],
    [
      'replaced by a copy',
      (path) => {
        copyFileSync(path, `${path}.copy`);
        renameSync(`${path}.copy`, path);
      },
    ],
  ])('%s is noticed, though nothing fails, and opened anew', async (_what, harm) => {
    const { folder, path } = stateFolder();
    const proxy = await start(folder);
    expect(await proxy.ask()).toEqual([]);
    harm(path);
    expect(await proxy.ask()).toEqual([]);
    expect(await proxy.log.waitFor({ event: 'run_events_failed' })).toMatchObject({ reason: 'state_db_unavailable' });
    await proxy.log.waitFor({ event: 'run_events_recovered' });
    await expect.poll(proxy.probe).toEqual(SOUND);
    const before = (await proxy.runIds()).length;
    expect(await proxy.ask()).toEqual([]);
    await expect.poll(async () => (await proxy.runIds()).length).toBe(before + 3);
    await proxy.stop();
    // It is in the file of that name, for the next process to find.
    const kept = new Database(path, { readonly: true });
    expect(Number(kept.prepare('SELECT count(*) FROM runs').pluck().get())).toBe(before + 3);
    kept.close();
  });
});

describe('state.sqlite, at the start,', () => {
  test('held by another process is waited for beside the requests', async () => {
    const { folder, path } = await recorded();
    const unlock = lock(path);
    const proxy = await start(folder);
    expect(await proxy.ask()).toEqual([]);
    expect(await proxy.probe()).toEqual(WITHOUT_RECORD);
    expect(proxy.log.all({ event: 'run_events_failed' })).toMatchObject([{ reason: 'state_db_busy' }]);
    expect(await proxy.metric('codex_run_events_dropped_total', { reason: 'unavailable' })).toBeGreaterThan(0);
    unlock();
    await proxy.log.waitFor({ event: 'run_events_recovered' });
    await expect.poll(proxy.probe).toEqual(SOUND);
    expect(await proxy.ask()).toEqual([]);
    await expect.poll(async () => (await proxy.runIds()).length).toBe(6);
  });

  test.each<[string, string, (path: string) => void]>([
    ['with pages overwritten', 'state_db_corrupt', overwritePages],
    ['cut off in the middle', 'state_db_corrupt', (path) => truncateSync(path, Math.floor(statSync(path).size / 2))],
    ['that is no database', 'state_db_corrupt', (path) => writeFileSync(path, 'These are minutes of a meeting. '.repeat(200))],
    [
      'of a later version',
      'state_db_newer',
      (path) => {
        const database = new Database(path);
        database.pragma('user_version = 9999');
        database.close();
      },
    ],
  ])('%s is left as it is, and named; when it is put away the record begins', async (_what, reason, harm) => {
    const { folder, path } = await recorded();
    harm(path);
    const harmed = readFileSync(path);
    const proxy = await start(folder);
    expect(await proxy.ask()).toEqual([]);
    expect(await proxy.probe()).toEqual(WITHOUT_RECORD);
    expect(proxy.log.all({ event: 'run_events_failed' })).toMatchObject([{ reason, level: 'error' }]);
    expect(proxy.log.all({ event: 'agent_logs_failed' })).toMatchObject([{ reason, level: 'error' }]);
    expect(await proxy.metric('codex_run_events_dropped_total', { reason: 'unavailable' })).toBeGreaterThan(0);
    expect(await proxy.metric('codex_log_dropped_total', { sink: 'agent_logs' })).toBeGreaterThan(0);
    expect(readFileSync(path).equals(harmed)).toBe(true);

    renameSync(path, `${path}.away`);
    await proxy.log.waitFor({ event: 'run_events_recovered' });
    await expect.poll(proxy.probe).toEqual(SOUND);
    expect(await proxy.ask()).toEqual([]);
    await expect.poll(async () => (await proxy.runIds()).length).toBe(3);
    expectRecords(proxy.log.lines);
  });

  test('of no bytes is a new one', async () => {
    const { folder, path } = await recorded();
    truncateSync(path);
    const proxy = await start(folder);
    expect(await proxy.ask()).toEqual([]);
    await expect.poll(async () => (await proxy.runIds()).length).toBe(3);
    expect(await proxy.probe()).toEqual(SOUND);
  });
});

describe("the worker's own log database", () => {
  /** A state folder in which a real worker has logged, and no process on it. */
  async function logged(): Promise<{ folder: string; logPath: string }> {
    const { folder } = stateFolder();
    const first = await startReal(folder);
    await expect.poll(async () => first.metric('codex_worker_log_db_bytes')).toBeGreaterThan(0);
    await first.stop();
    return { folder, logPath: join(folder, 'codex-home', 'logs_2.sqlite') };
  }

  async function startReal(folder: string, settings: Settings = {}): Promise<FaultedProxy> {
    const proxy = await startFaulted({ settings: { PROXY_STATE_DIR: folder, ...settings } });
    await proxy.log.waitFor({ event: 'worker_started' });
    return proxy;
  }

  test('held by another process when rows have to go is looked at again, and costs no turn', async () => {
    const { folder, logPath } = await logged();
    const unlock = lock(logPath);
    const proxy = await startReal(folder, { WORKER_LOG_DB_MAX_MB: '0' });
    expect(await proxy.ask()).toEqual([]);
    expect(await proxy.log.waitFor({ event: 'worker_log_db_failed' })).toMatchObject({ level: 'error' });
    expect(await proxy.probe()).toEqual({ status: 200, degraded: ['worker_log_db'] });
    unlock();
    await proxy.log.waitFor({ event: 'worker_log_db_recovered' });
    expect(await proxy.probe()).toEqual(SOUND);
    expectRecords(proxy.log.lines);
  });

  test.each<[string, (path: string) => void]>([
    ['with pages overwritten', overwritePages],
    ['that is no database', (path) => writeFileSync(path, 'These are minutes of a meeting. '.repeat(200))],
  ])('%s costs no turn and no start', async (_what, harm) => {
    const { folder, logPath } = await logged();
    harm(logPath);
    const proxy = await startReal(folder);
    expect(await proxy.ask()).toEqual([]);
    expect((await proxy.probe()).status).toBe(200);
    await proxy.stop();
    // It mends what is its own.
    const mended = new Database(logPath, { readonly: true });
    expect(mended.pragma('quick_check', { simple: true })).toBe('ok');
    mended.close();
  });
});
