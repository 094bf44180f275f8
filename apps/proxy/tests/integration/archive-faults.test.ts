import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { canMount, makeVolume, type FileSystem, type Volume } from '@codex-proxy/chaos';
import { listArchives, verifyArchive } from '@codex-proxy/scale-trace';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { fillAgentLogs, incompressible, readAgentLogs } from '../support/agent-logs.ts';
import { startFaulted, type FaultedOptions, type FaultedProxy } from '../support/faulted-proxy.ts';
import { expectRecords } from '../support/log-lines.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MIB = 1_048_576;
const SOUND = { status: 200, degraded: [] } as const;

async function volume(megabytes: number, fileSystem: FileSystem = 'tmpfs'): Promise<Volume> {
  const made = await makeVolume({ megabytes, fileSystem });
  onTestFinished(async () => made.remove());
  return made;
}

/** A proxy whose table is too large for it: two seconds after its start it archives. */
async function startOn(stateDir: string, options: FaultedOptions = {}): Promise<FaultedProxy> {
  const settings = { PROXY_STATE_DIR: stateDir, AGENT_LOGS_ARCHIVE_THRESHOLD_MB: '1', ...options.settings };
  const proxy = await startFaulted({ worker: {}, ...options, settings });
  await proxy.log.waitFor({ event: 'worker_started' });
  return proxy;
}

const rowsLeft = (stateDir: string): number[] =>
  readAgentLogs(stateDir)
    .filter(({ event }) => event === 'filled')
    .map(({ id }) => id);

/** The ids in all archives of a folder, each of which is verified. */
async function archivedIds(folder: string): Promise<number[]> {
  const ids: number[] = [];
  for (const { path } of await listArchives(folder)) {
    await verifyArchive(path);
    const rows = z.array(z.object({ id: z.int() })).parse(JSON.parse(gunzipSync(readFileSync(path)).toString()));
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
}

const filesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : []);

/** What holds of every archive that could not be written, whatever kept it from that. */
async function expectFailed(proxy: FaultedProxy, reason: string): Promise<void> {
  expect(await proxy.log.waitFor({ event: 'archive_failed' })).toMatchObject({ reason, level: 'error', component: 'archive' });
  expect(await proxy.ask()).toEqual([]);
  await expect.poll(proxy.probe).toMatchObject({ status: 200, degraded: expect.arrayContaining(['archive']) });
  expect(await proxy.metric('codex_agent_logs_bytes')).toBeGreaterThan(MIB);
  expect(await proxy.metric('codex_agent_logs_archived_rows_total')).toBe(0);
  expect(await proxy.metric('codex_archive_last_success_timestamp_seconds')).toBe(0);
}

/** And of every one that could. */
async function expectArchived(proxy: FaultedProxy, ids: readonly number[], archives: string): Promise<void> {
  const { purged_count: purged, file } = await proxy.log.waitFor({ event: 'archive_completed', reason: 'archived' });
  await expect.poll(proxy.probe).toEqual(SOUND);
  expect(await proxy.metric('codex_agent_logs_archived_rows_total')).toBe(purged);
  expect(await proxy.metric('codex_agent_logs_bytes')).toBeLessThan(MIB);
  expect(await proxy.metric('codex_archive_last_success_timestamp_seconds')).toBeGreaterThan(0);
  expect(filesIn(archives)).toEqual([file]);
  const archived = new Set(await archivedIds(archives));
  expect(ids.filter((id) => !archived.has(id))).toEqual([]);
}

async function expectStopped(proxy: FaultedProxy): Promise<void> {
  await proxy.stop();
  expect(proxy.log.all({ event: 'uncaught_error' })).toEqual([]);
  expect(proxy.log.lines.at(-1)?.event).toBe('proxy_stopped');
  expectRecords(proxy.log.lines);
}

describe.skipIf(!canMount())('an archive on a disk (needs mount namespaces)', () => {
  test('that fills while it is written is given up, and its bytes with it; with room again it is written by itself', async () => {
    const disk = await volume(64);
    const archives = join(disk.outside, 'archives');
    // SQLite takes its files to be where links say, and cannot open what is on the disk from outside.
    const folder = temporaryFolder();
    const ids = fillAgentLogs(folder, 12_000, incompressible);
    cpSync(folder, disk.outside, { recursive: true });
    // Room for the records of a few requests, and for the beginning of the archive.
    disk.fill(2 * MIB);
    const proxy = await startOn(disk.path, { enter: disk.enter });
    await expectFailed(proxy, 'archive_disk_full');
    expect(proxy.log.all({ event: 'archive_started' })[0]?.bytes).toBeGreaterThan(12_000_000);
    await expect.poll(() => filesIn(archives)).toEqual([]);

    disk.fill();
    await expect
      .poll(async () => {
        expect(await proxy.ask()).toEqual([]);
        return (await proxy.probe()).degraded;
      })
      .toContain('run_events');
    expect(proxy.log.all({ event: 'archive_failed' })).toHaveLength(1);
    expect(proxy.log.all({ event: 'archive_completed' })).toEqual([]);

    disk.free();
    await expectArchived(proxy, ids, archives);
    expect(proxy.log.all({ event: 'archive_recovered' })).toHaveLength(1);
    expect(await proxy.ask()).toEqual([]);
    await expectStopped(proxy);
    cpSync(disk.outside, folder, { recursive: true });
    expect(rowsLeft(folder)).toEqual([]);
  });

  test('of its own that is read-only is not begun, and costs the proxy nothing else; the next start finds it writable', async () => {
    const disk = await volume(24);
    const stateDir = join(temporaryFolder(), 'state');
    const ids = fillAgentLogs(stateDir, 3_000);
    disk.remount('ro');
    const settings = { ARCHIVE_DIR: join(disk.path, 'archives') };
    const proxy = await startOn(stateDir, { enter: disk.enter, settings });
    await expectFailed(proxy, 'archive_folder_unusable');
    expect(await proxy.probe()).toEqual({ status: 200, degraded: ['archive'] });
    expect(proxy.log.all({ event: 'archive_started' })).toEqual([]);
    expect(await proxy.metric('codex_run_events_dropped_total')).toBe(0);
    expect(await proxy.metric('codex_log_dropped_total')).toBe(0);
    await expectStopped(proxy);
    expect(rowsLeft(stateDir)).toEqual(ids);

    disk.remount('rw');
    const next = await startOn(stateDir, { enter: disk.enter, settings });
    await expectArchived(next, ids, join(disk.outside, 'archives'));
    await expectStopped(next);
    expect(rowsLeft(stateDir)).toEqual([]);
  });

  test('of its own that turns read-only while it is written is given up', async ({ skip }) => {
    skip(!canMount('ext4'), 'needs loop devices');
    const disk = await volume(48, 'ext4');
    const stateDir = join(temporaryFolder(), 'state');
    const ids = fillAgentLogs(stateDir, 20_000, incompressible);
    const proxy = await startOn(stateDir, { enter: disk.enter, settings: { ARCHIVE_DIR: join(disk.path, 'archives') } });
    await proxy.log.waitFor({ event: 'archive_progress', phase: 'export' });
    disk.shutDown();
    await expectFailed(proxy, 'archive_folder_unusable');
    expect(await proxy.probe()).toEqual({ status: 200, degraded: ['archive'] });
    await expectStopped(proxy);
    expect(rowsLeft(stateDir)).toEqual(ids);
  });
});

describe('the folder of the archives', () => {
  test('that is removed while an archive is written costs that archive and no row; the next run makes it again', async () => {
    const stateDir = join(temporaryFolder(), 'state');
    const archives = join(stateDir, 'archives');
    const ids = fillAgentLogs(stateDir, 20_000, incompressible);
    const proxy = await startOn(stateDir);
    await proxy.log.waitFor({ event: 'archive_progress', phase: 'export' });
    rmSync(archives, { recursive: true });
    await expectFailed(proxy, 'archive_folder_unusable');
    expect(await proxy.probe()).toEqual({ status: 200, degraded: ['archive'] });
    await expectStopped(proxy);
    expect(rowsLeft(stateDir)).toEqual(ids);

    const next = await startOn(stateDir);
    await expectArchived(next, ids, archives);
    await expectStopped(next);
    expect(rowsLeft(stateDir)).toEqual([]);
  });

  test('that is removed between two runs is made again, and nobody is told', async () => {
    const stateDir = join(temporaryFolder(), 'state');
    const archives = join(stateDir, 'archives');
    const first = await (async () => {
      const ids = fillAgentLogs(stateDir, 2_000);
      const proxy = await startOn(stateDir);
      await expectArchived(proxy, ids, archives);
      await proxy.stop();
      return ids;
    })();
    rmSync(archives, { recursive: true });
    const ids = fillAgentLogs(stateDir, 2_000);
    expect(Math.min(...ids)).toBeGreaterThan(Math.max(...first));
    const proxy = await startOn(stateDir);
    await expectArchived(proxy, ids, archives);
    expect(proxy.log.all({ event: 'archive_failed' })).toEqual([]);
    expect(await proxy.ask()).toEqual([]);
    await expectStopped(proxy);
  });
});
