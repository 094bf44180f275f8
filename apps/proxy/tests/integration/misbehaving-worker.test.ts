import type { ScriptedWorkerOptions } from '@codex-proxy/scripted-worker';
import { describe, expect, test } from 'vitest';
import { expectRecords, type Line } from '../support/log-lines.ts';
import { sampleSum } from '../support/metric-samples.ts';
import { MODEL, scripted, startScriptedProxy } from '../support/scripted-proxy.ts';
import { readEvents, textOf } from '../support/sse.ts';

const TEXT = ['10', '00 ', '“€”', ' 🙂'];
const LINE_LIMIT_BYTES = 67_108_864;
const messages = scripted({});

/** What the worker does, and what the log says of it. */
const MISBEHAVIOUR: [what: string, worker: ScriptedWorkerOptions, complaint?: Line][] = [
  ['garbage before each line', { garbage: true, garbageOnStart: true }, { event: 'worker_protocol_error', reason: 'not_json' }],
  ['half lines', { halfLines: true }],
  ['a line of 50 MB', { hugeLineBytes: 52_428_800 }],
  ['a line beyond the limit', { hugeLineBytes: LINE_LIMIT_BYTES + 1 }, { event: 'worker_protocol_error', reason: 'line_too_long' }],
  ['answers to ids that no one asked for', { wrongIds: true }, { event: 'worker_protocol_error', reason: 'unknown_id' }],
  ['its end told twice', { duplicates: true }],
  ['deltas and another end after the end', { late: true }],
  ['a flood of notifications', { flood: 20_000 }],
  ['a flood of complaints', { stderrLines: 20_000 }, { event: 'worker_stderr' }],
];

describe('a worker that tells its answer with', () => {
  test.each<[string, ScriptedWorkerOptions, Line?]>(MISBEHAVIOUR)(
    '%s has told it: the client has it once and whole, the probes stay ready, the metrics count it once, the log is bounded',
    async (_what, worker, complaint) => {
      const proxy = await startScriptedProxy({ deltas: TEXT, ...worker }, { LOG_LEVEL: 'debug' });
      await proxy.log.waitFor({ event: 'worker_started' });
      const startedAtMs = performance.now();
      for (let round = 1; round <= 3; round += 1) {
        const response = await proxy.chat({ model: MODEL, messages, stream: true });
        const body = await response.text();
        expect([textOf(body), readEvents(body).error, readEvents(body).done]).toEqual([TEXT.join(''), undefined, true]);
        expect(await proxy.terminalOf(response)).toMatchObject({
          ...{ outcome: 'completed', status: 200, tokens_prompt: 11, tokens_response: 5, restart_count: 0 },
        });
      }
      expect(await proxy.readiness()).toEqual({ status: 200, body: { status: 'ok', worker_state: 'ready', maintenance_mode: false } });

      const exposition = await (await fetch(`${proxy.url}/metrics`)).text();
      const counted = (family: string, labels = {}): number => sampleSum(exposition, family, labels);
      expect(counted('codex_stream_end_total', { outcome: 'completed' })).toBe(3);
      expect([counted('codex_tokens_total', { direction: 'prompt' }), counted('codex_tokens_total', { direction: 'response' })]).toEqual([
        33, 15,
      ]);
      for (const family of ['codex_http_errors_total', 'codex_worker_restarts_total', 'codex_streams_active', 'codex_worker_inflight']) {
        expect(counted(family), family).toBe(0);
      }

      const seconds = Math.ceil((performance.now() - startedAtMs) / 1_000) + 1;
      const complaints = ['worker_protocol_error', 'worker_stderr'].flatMap((event) => proxy.log.all({ event }));
      if (complaint === undefined) expect(complaints).toEqual([]);
      else {
        expect(complaints[0]).toMatchObject(complaint);
        expect(complaints.length).toBeLessThanOrEqual(10 * (seconds + 1));
      }
      expect(proxy.log.all({ event: 'worker_exited' })).toEqual([]);
      expect(proxy.log.all({ event: 'uncaught_error' })).toEqual([]);
      expectRecords(proxy.log.lines);
    },
  );
});
