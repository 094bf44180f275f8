import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startFaulted, type FaultedProxy } from '../support/faulted-proxy.ts';
import { expectRecords, type Line } from '../support/log-lines.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HOUR_MS = 3_600_000;
const PRELOAD = pathToFileURL(join(import.meta.dirname, '..', 'support', 'shifted-clock.ts')).href;

interface Shifted {
  readonly proxy: FaultedProxy;
  readonly folder: string;
  /** Sets the time of day of the proxy; resolves when it has been noticed. */
  shift(hours: number): Promise<Line>;
}

/** A proxy whose time of day can be set: `support/shifted-clock.ts` is loaded before it. */
async function startShifted(): Promise<Shifted> {
  const folder = join(temporaryFolder(), 'state');
  const file = join(temporaryFolder(), 'shift');
  writeFileSync(file, '0');
  const proxy = await startFaulted({
    worker: {},
    settings: {
      PROXY_STATE_DIR: folder,
      PROXY_TRACE_BUFFER: 'true',
      NODE_OPTIONS: `--import ${PRELOAD}`,
      SHIFTED_CLOCK: file,
    },
  });
  await proxy.log.waitFor({ event: 'worker_started' });
  return {
    proxy,
    folder,
    shift: async (hours) => {
      const stepped = proxy.log.next({ event: 'clock_stepped' });
      writeFileSync(file, String(hours * HOUR_MS));
      return stepped;
    },
  };
}

const traces = (folder: string): string[] => readdirSync(join(folder, 'trace-buffer')).filter((name) => name.endsWith('.json'));

function hoursBetween(from: unknown, to: unknown): number {
  return Math.round((Date.parse(String(to)) - Date.parse(String(from))) / HOUR_MS);
}

function expectSoundTimes(lines: readonly Line[]): void {
  for (const line of lines) {
    for (const name of ['latency_ms', 'ttft_ms', 'queue_ms', 'duration_ms', 'backoff_ms']) {
      const value = line[name] ?? 0;
      expect(value, `${name} of ${JSON.stringify(line)}`).toBeGreaterThanOrEqual(0);
      if (name === 'latency_ms') expect(value).toBeLessThan(HOUR_MS);
    }
  }
}

describe.each([
  ['forward, by two days', 48],
  ['back, by six hours', -6],
])('the time of day set %s', (_what, hours) => {
  test('changes the times that are told, and nothing that is measured, waited for or kept', async () => {
    const { proxy, folder, shift } = await startShifted();
    expect(await proxy.ask()).toEqual([]);
    await expect.poll(() => traces(folder).length).toBe(3);

    const before = proxy.log.lines.at(-1);
    const stepped = await shift(hours);
    expect(stepped).toMatchObject({ level: 'warn', component: 'proxy' });
    expect(hoursBetween(stepped.from, stepped.to)).toBe(hours);
    expect(hoursBetween(before?.timestamp, stepped.timestamp)).toBe(hours);
    expect(await proxy.ask()).toEqual([]);
    expect(await proxy.probe()).toEqual({ status: 200, degraded: [] });

    // The worker is started again at its own pace.
    const started = proxy.log.next({ event: 'worker_started' });
    process.kill(Number(proxy.log.all({ event: 'worker_started' }).at(-1)?.worker_pid), 'SIGKILL');
    await started;
    expect(await proxy.ask()).toEqual([]);

    // Listing looks at every artifact, and each write at the age of the others.
    await expect.poll(() => traces(folder).length).toBe(9);
    expect(await proxy.admin('GET', '/internal/trace-buffer')).toMatchObject({ http_status: 200, entries: 9 });
    await expect.poll(async () => (await proxy.runIds()).length).toBe(9);

    expectSoundTimes(proxy.log.lines);
    expectRecords(proxy.log.lines);
    expect(await proxy.metric('codex_http_latency_ms_sum')).toBeLessThan(HOUR_MS);
    expect(await proxy.metric('codex_http_latency_ms_sum')).toBeGreaterThan(0);
    expect(await proxy.metric('codex_http_latency_quantile_ms', { route: '/v1/chat/completions', quantile: '0.5' })).toBeGreaterThan(0);

    await shift(0);
    expect(await proxy.ask()).toEqual([]);
    await expect.poll(() => traces(folder).length).toBe(12);
    expect(proxy.log.all({ event: 'trace_buffer_pruned' })).toEqual([]);
    expect(proxy.log.all({ event: 'clock_stepped' })).toHaveLength(2);
  });

  test('in the middle of a stream leaves it alone', async () => {
    const { proxy, shift } = await startShifted();
    const streaming = proxy.ask({ interDeltaMs: 700 });
    await proxy.log.waitFor({ event: 'request_received' });
    await shift(hours);
    expect(await streaming).toEqual([]);
    expectSoundTimes(proxy.log.lines);
  });
});

test('maintenance ends at the hour that was told, by the time of day', async () => {
  const { proxy, shift } = await startShifted();
  expect(await proxy.admin('POST', '/internal/maintenance', { enabled: true, expires_in_seconds: 3_600 })).toMatchObject({ enabled: true });
  await shift(2);
  // Asked for, it is seen at once.
  expect(await proxy.admin('GET', '/internal/maintenance')).toMatchObject({ enabled: false });
  await proxy.log.waitFor({ event: 'maintenance_toggled', source: 'expiry' });
  expect(await proxy.ask()).toEqual([]);
});
