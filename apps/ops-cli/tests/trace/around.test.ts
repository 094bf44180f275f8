import { describe, expect, it } from 'vitest';
import type { JsonRecord } from '../../src/json/record.ts';
import { maintenanceAround } from '../../src/trace/diagnose/maintenance-switch.ts';
import { startFailuresBefore, type StartFailures } from '../../src/trace/diagnose/start-failures.ts';
import type { Evidence } from '../../src/trace/evidence.ts';
import { proxyExitOf } from '../../src/trace/proxy-exit.ts';
import { accessRecord, stamp } from '../support/records.ts';

const REQUEST = { startedAtMs: Date.parse(stamp(0)), endedAtMs: Date.parse(stamp(10)) };
const switched = (to: 'on' | 'off', ms: number): JsonRecord => ({
  event: 'maintenance_toggled',
  maintenance_mode: to === 'on',
  timestamp: stamp(ms),
});

describe('the switches of maintenance mode around a request', () => {
  const on = switched('on', -5_000);
  const off = switched('off', 60_000);

  it.each<[what: string, log: readonly JsonRecord[], found: object]>([
    [
      'are the last before it and the first after',
      [switched('on', -9_000), switched('off', -8_000), on, off, switched('on', 70_000)],
      { on, off },
    ],
    ['may have no end yet', [on], { on, off: undefined }],
    ['may have no beginning in this log', [off], { on: undefined, off }],
    ['are not those that were over before', [on, switched('off', -1_000)], { on: undefined, off: undefined }],
    ['are not looked for in other records', [{ ...on, event: 'worker_started' }], { on: undefined, off: undefined }],
    ['may end within it', [on, switched('off', 5)], { on, off: switched('off', 5) }],
  ])('%s', (_what, log, found) => expect(maintenanceAround(log, REQUEST)).toEqual(found));
});

describe('the starts that failed before a request', () => {
  const failure = (streak: number, ms: number, pid = streak): JsonRecord => ({
    ...{ event: 'worker_start_failed', timestamp: stamp(ms), restart_streak: streak, worker_pid: pid },
    ...{ reason: 'exited_early', error_message: 'it ended' },
  });
  const exit = (pid: number, code: number, ms: number): JsonRecord => ({
    ...{ event: 'worker_exited', timestamp: stamp(ms), worker_pid: pid, exit_code: code },
  });
  const started = (ms: number): JsonRecord => ({ event: 'worker_started', timestamp: stamp(ms) });
  const before = (records: readonly JsonRecord[]): StartFailures | undefined => startFailuresBefore(records, REQUEST.endedAtMs);
  const last = { at: stamp(-10), reason: 'exited_early', message: 'it ended', exitCode: 4, signal: undefined };

  it('are those in a row, with how the last one ended', () => {
    const log = [failure(1, -90), started(-80), failure(1, -30), exit(1, 3, -29), failure(2, -10), exit(2, 4, -9), failure(3, 20)];
    expect(before(log)).toEqual({ count: 2, since: stamp(-30), last });
  });

  it('do not count the worker that ended before them, which the streak does', () => {
    expect(before([started(-80), exit(9, 1, -50), failure(2, -30), failure(3, -10, 2), exit(2, 4, -9)])).toEqual({
      ...{ count: 2, since: stamp(-30), last },
    });
  });

  it('may have begun before what was kept', () => {
    expect(before([failure(7, -10), exit(7, 4, -9)])).toEqual({ count: 7, since: undefined, last });
  });

  it('are none where a worker has started since', () => {
    expect(before([failure(1, -30), started(-20)])).toBeUndefined();
    expect(before([])).toBeUndefined();
  });

  it('are those of this proxy, not of the process before it', () => {
    const log = [failure(1, -90), failure(2, -80), { event: 'proxy_starting', timestamp: stamp(-50) }, failure(1, -10)];
    expect(before(log)).toMatchObject({ count: 1, since: stamp(-10) });
    expect(before(log.filter(({ event }) => event !== 'proxy_starting'))).toMatchObject({ count: 1, since: stamp(-10) });
  });

  it('are read from the table of agent logs as well', () => {
    const rows = [failure(1, -30), failure(2, -10), exit(2, 4, -9)].map(({ event, timestamp, ...payload }) => {
      return { event, created_at: timestamp, payload };
    });
    expect(before(rows)).toEqual({ count: 2, since: stamp(-30), last });
  });
});

describe('a proxy that ended before its request', () => {
  const left: Evidence = {
    ...{ access: [], usage: [], frames: [], hasLog: true, log: [], artifact: undefined, agentLogs: [], workerLogs: [], archived: [] },
    run: { started_at: stamp(0), ended_at: stamp(40) },
    runEvents: [{ type: 'note', created_at: stamp(9_000), payload: { reason: 'proxy_exited' } }],
    lifeCycle: [],
  };
  const draining = (ms: number): Evidence => ({ ...left, lifeCycle: [{ event: 'proxy_draining', timestamp: stamp(ms) }] });

  it('is known by the mark that the next start leaves', () => {
    expect(proxyExitOf(left)).toEqual({ lastSeen: stamp(40), foundAt: stamp(9_000), wasDraining: false });
    expect(proxyExitOf({ ...left, runEvents: [] })).toBeUndefined();
  });

  it('had been told to stop where its log says so of that time', () => {
    expect([draining(50), draining(-1), draining(9_001)].map((evidence) => proxyExitOf(evidence)?.wasDraining)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('is none where the request has a terminal record', () => {
    expect(proxyExitOf({ ...left, access: [accessRecord('req_1')] })).toBeUndefined();
  });
});
