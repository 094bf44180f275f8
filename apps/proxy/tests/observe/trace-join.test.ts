import type { RpcFrame, TerminalRecord } from '@codex-proxy/contracts';
import type { TraceBuffer, TraceCapture } from '@codex-proxy/trace-buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TraceJoin } from '../../src/observe/trace-join.ts';

function setUp(enabled = true): { join: TraceJoin; captures: TraceCapture[]; buffer: { enabled: boolean } } {
  const captures: TraceCapture[] = [];
  const buffer: TraceBuffer = {
    enabled,
    wantsPayloads: enabled,
    failing: false,
    enable: () => undefined,
    record: (capture) => captures.push(capture),
    list: async () => Promise.reject(new Error('not here')),
    read: async () => Promise.resolve(undefined),
    purge: async () => Promise.resolve(0),
    flush: async () => Promise.resolve(),
    close: async () => Promise.resolve(),
  };
  return { join: new TraceJoin(buffer, () => 7), captures, buffer };
}

function terminal(requestId: string, fields: Partial<TerminalRecord> = {}): TerminalRecord {
  return {
    request_id: requestId,
    run_id: requestId,
    route: '/v1/chat/completions',
    method: 'POST',
    status: 200,
    outcome: 'completed',
    latency_ms: 12,
    worker_state: 'ready',
    restart_count: 0,
    maintenance_mode: false,
    worker_pid: 1,
    ...fields,
  };
}

const framesOf = (threadId: string): RpcFrame[] => [
  { type: 'rpc_request', direction: 'to_worker', method: 'turn/start', atMs: 1, bytes: 2, payload: { threadId } },
];

test('whatever the order of the halves, each request is recorded once, with its own frames', () => {
  const requests = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      requests.chain((ids) =>
        fc.shuffledSubarray([...ids.map((id) => ({ id, half: 'ended' })), ...ids.map((id) => ({ id, half: 'settled' }))]),
      ),
      (halves) => {
        const { join, captures } = setUp();
        for (const { id, half } of halves) {
          if (half === 'ended') join.ended(terminal(id));
          else join.settled(id, framesOf(id));
        }
        const whole = [...new Set(halves.map(({ id }) => id))].filter((id) => halves.filter((other) => other.id === id).length === 2);
        expect(new Set(captures.map(({ requestId }) => requestId))).toEqual(new Set(whole));
        for (const { requestId, frames, durationMs, endedAtMs } of captures) {
          expect([frames, durationMs, endedAtMs]).toEqual([framesOf(requestId), 12, 7]);
        }
      },
    ),
  );
});

test('a request that met no worker leaves nothing behind', () => {
  const { join, captures } = setUp();
  join.ended(terminal('a', { worker_pid: undefined }));
  join.settled('a', framesOf('a'));
  join.settled('b', []);
  join.ended(terminal('b'));
  expect(captures).toEqual([]);
});

test('a request that ended while capture was off is not recorded', () => {
  const { join, captures, buffer } = setUp(false);
  join.ended(terminal('a'));
  buffer.enabled = true;
  join.settled('a', framesOf('a'));
  expect(captures).toEqual([]);
});
