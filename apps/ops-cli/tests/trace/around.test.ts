import { describe, expect, it } from 'vitest';
import type { JsonRecord } from '../../src/json/record.ts';
import { maintenanceAround } from '../../src/trace/diagnose/maintenance-switch.ts';
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
