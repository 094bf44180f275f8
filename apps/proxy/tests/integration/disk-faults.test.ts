import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { canMount, makeVolume, type FileSystem, type Volume } from '@codex-proxy/chaos';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startFaulted, type FaultedProxy } from '../support/faulted-proxy.ts';
import { startProcess } from '../support/proxy-process.ts';
import { expectRecords } from '../support/log-lines.ts';
import { isRunning } from '../support/process-state.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SOUND = { status: 200, degraded: [] } as const;
/** The archiver fails too, where it looks meanwhile. */
const WITHOUT_DISK = { status: 200, degraded: expect.arrayContaining(['trace_buffer', 'run_events', 'agent_logs', 'log_sink']) };

async function volume(fileSystem: FileSystem = 'tmpfs'): Promise<Volume> {
  const made = await makeVolume({ megabytes: 24, fileSystem });
  onTestFinished(async () => made.remove());
  return made;
}

/** The real worker, with all that it and the proxy keep on the volume. */
async function startOn(disk: Volume): Promise<FaultedProxy> {
  const proxy = await startFaulted({ enter: disk.enter, settings: { PROXY_STATE_DIR: disk.path, PROXY_TRACE_BUFFER: 'true' } });
  await proxy.log.waitFor({ event: 'worker_started' });
  return proxy;
}

async function killWorker(proxy: FaultedProxy): Promise<void> {
  const next = proxy.log.next({ event: 'worker_started' });
  const pid = Number(proxy.log.all({ event: 'worker_started' }).at(-1)?.worker_pid);
  expect(isRunning(pid)).toBe(true);
  process.kill(pid, 'SIGKILL');
  await next;
}

describe.skipIf(!canMount())('a disk (needs mount namespaces)', () => {
  test('that is full costs records, which are counted, and no request; with room again all is kept again', async () => {
    const disk = await volume();
    const proxy = await startOn(disk);
    expect(await proxy.ask()).toEqual([]);
    disk.fill();

    expect(await proxy.ask()).toEqual([]);
    expect(await proxy.admin('POST', '/internal/maintenance', { enabled: true })).toMatchObject({ http_status: 200, enabled: true });
    expect(await proxy.admin('POST', '/internal/maintenance', { enabled: false })).toMatchObject({ http_status: 200, enabled: false });
    await expect
      .poll(async () => {
        expect(await proxy.ask()).toEqual([]);
        return proxy.probe();
      })
      .toEqual(WITHOUT_DISK);
    expect(await proxy.metric('codex_run_events_dropped_total', { reason: 'write_failed' })).toBeGreaterThan(0);
    expect(await proxy.metric('codex_log_dropped_total', { sink: 'agent_logs' })).toBeGreaterThan(0);
    expect(await proxy.metric('codex_trace_buffer_write_errors_total')).toBeGreaterThan(0);
    expect(proxy.log.all({ event: 'run_events_failed' })).toMatchObject([{ reason: 'state_db_full' }]);
    expect(proxy.log.all({ event: 'trace_buffer_failed' })).toMatchObject([{ error_message: expect.stringContaining('ENOSPC') }]);
    expect(proxy.log.all({ event: 'maintenance_file_failed' })).not.toEqual([]);
    const failedSinks = proxy.log.all({ event: 'log_sink_failed' }).map(({ sink }) => sink);
    expect(new Set(failedSinks).size, 'each said once, however many lines wait').toBe(failedSinks.length);

    disk.free();
    await expect.poll(proxy.probe).toEqual(SOUND);
    for (const sink of failedSinks) await proxy.log.waitFor({ event: 'log_sink_recovered', sink });
    expect(await proxy.log.waitFor({ event: 'run_events_recovered' })).toMatchObject({ count: expect.any(Number) });
    expect(await proxy.admin('POST', '/internal/maintenance', { enabled: false })).toMatchObject({ http_status: 200, enabled: false });
    await proxy.log.waitFor({ event: 'maintenance_file_recovered' });
    const before = await proxy.runIds();
    expect(await proxy.ask()).toEqual([]);
    await expect.poll(async () => (await proxy.runIds()).length).toBe(before.length + 3);
    // What waited for room, and found it: the log files lost nothing.
    expect(await proxy.metric('codex_log_dropped_total', { sink: 'access' })).toBe(0);
    expectRecords(proxy.log.lines);
  });

  test('that turns read-only under open files costs records and no request', async ({ skip }) => {
    skip(!canMount('ext4'), 'needs loop devices');
    const disk = await volume('ext4');
    const proxy = await startOn(disk);
    expect(await proxy.ask()).toEqual([]);
    disk.shutDown();
    await expect
      .poll(async () => {
        expect(await proxy.ask()).toEqual([]);
        return proxy.probe();
      })
      .toEqual(WITHOUT_DISK);
    expect(await proxy.metric('codex_run_events_dropped_total')).toBeGreaterThan(0);
    expect(await proxy.metric('codex_trace_buffer_write_errors_total')).toBeGreaterThan(0);
    await proxy.stop();
    expect(proxy.log.lines.at(-1)?.event).toBe('proxy_stopped');
    expectRecords(proxy.log.lines);
  });

  test('that is read-only at the start is no reason not to serve, where the folders are there; when it can be written all is kept', async () => {
    const disk = await volume();
    const first = await startOn(disk);
    await first.stop();
    disk.remount('ro');
    const proxy = await startFaulted({
      worker: {},
      enter: disk.enter,
      settings: { PROXY_STATE_DIR: disk.path, PROXY_TRACE_BUFFER: 'true' },
    });
    await proxy.log.waitFor({ event: 'worker_started' });
    await expect
      .poll(async () => {
        expect(await proxy.ask()).toEqual([]);
        return proxy.probe();
      })
      // The worker's log database too, but where it was left with its write-ahead log it can be read.
      .toMatchObject(WITHOUT_DISK);
    disk.remount('rw');
    await expect.poll(proxy.probe, { timeout: 40_000 }).toEqual(SOUND);
    expect(await proxy.ask()).toEqual([]);
    await expect.poll(async () => (await proxy.runIds()).length).toBe(3);
  });

  test('that is read-only at a first start is refused, and named', async () => {
    const disk = await volume();
    disk.remount('ro');
    const proxy = startProcess({ PROXY_PROVIDER: 'demo', PROXY_STATE_DIR: disk.path }, { enter: disk.enter });
    expect(await proxy.ended).toEqual({ code: 1, signal: null });
    expect(proxy.stderr()).toContain(disk.path);
    expect(proxy.stderr()).toMatch(/PROXY_STATE_DIR/);
    expect(proxy.stderr()).not.toMatch(/\n\s+at /);
  });
});

describe('what is removed while the proxy runs', () => {
  test('is made again, be it the whole state folder: the worker serves, and what comes is kept', async () => {
    const folder = join(temporaryFolder(), 'state');
    const proxy = await startFaulted({ settings: { PROXY_STATE_DIR: folder, PROXY_TRACE_BUFFER: 'true' } });
    await proxy.log.waitFor({ event: 'worker_started' });
    expect(await proxy.ask()).toEqual([]);
    rmSync(folder, { recursive: true });

    for (const file of ['codex-home', 'workdir', 'model-catalog.json']) await proxy.log.waitFor({ event: 'worker_home_restored', file });
    expect(await proxy.ask()).toEqual([]);
    expect(await proxy.log.waitFor({ event: 'run_events_failed' })).toMatchObject({ reason: 'state_db_unavailable' });
    await proxy.log.waitFor({ event: 'run_events_recovered' });
    await expect.poll(proxy.probe).toEqual(SOUND);
    // A worker finds all that it needs, too.
    await killWorker(proxy);
    expect(await proxy.ask()).toEqual([]);
    const ids = await proxy.runIds();
    expect(ids.length).toBeGreaterThanOrEqual(3);
    await proxy.stop();
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining(['access.ndjson', 'codex-home', 'proto.ndjson', 'state.sqlite', 'trace-buffer', 'usage.ndjson', 'workdir']),
    );
    expect(readdirSync(join(folder, 'trace-buffer')).length).toBeGreaterThanOrEqual(3);
    expectRecords(proxy.log.lines);
  });

  test.each(['trace-buffer', 'workdir', 'codex-home'])('%s alone costs nobody anything once it is there again', async (name) => {
    const folder = join(temporaryFolder(), 'state');
    const proxy = await startFaulted({ settings: { PROXY_STATE_DIR: folder, PROXY_TRACE_BUFFER: 'true' } });
    await proxy.log.waitFor({ event: 'worker_started' });
    rmSync(join(folder, name), { recursive: true, force: true });
    if (name === 'codex-home') await proxy.log.waitFor({ event: 'worker_home_restored', file: 'model-catalog.json' });
    expect(await proxy.ask()).toEqual([]);
    await expect.poll(() => existsSync(join(folder, name))).toBe(true);
    // Its databases are looked at from time to time.
    await expect.poll(() => proxy.probe(), { timeout: 20_000 }).toEqual(SOUND);
    expect(proxy.log.all({ event: 'uncaught_error' })).toEqual([]);
  });
});
