import { RPC_FRAME_TYPES, type LogFields, type RpcFrame } from '@codex-proxy/contracts';
import { createAccessLog, createProtoLog, createUsageLog } from '@codex-proxy/logging';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keep, NOW_MS, parseRecords, terminalRecord } from './records.ts';

const TIMESTAMP = '2026-11-21T02:10:03.194Z';
const now = () => NOW_MS;

function memorySink() {
  const texts: string[] = [];
  const counts: number[] = [];
  return {
    write(text: string, records = 1) {
      texts.push(text);
      counts.push(records);
      return true;
    },
    counts,
    records: () => parseRecords(texts.join('')),
  };
}

const hide = (record: LogFields): LogFields => ({ ...record, client_request_id: '[redacted]' });

describe('the access log', () => {
  test('writes every terminal record, redacted', () => {
    const sink = memorySink();
    const record = terminalRecord({ client_request_id: 'mine', error_code: undefined, ttft_ms: 3.25, stream: true });
    expect(createAccessLog(sink, hide, now).write(record)).toBe(true);
    expect(sink.records()).toEqual([
      { timestamp: TIMESTAMP, level: 'info', component: 'http', event: 'request_completed', ...record, client_request_id: '[redacted]' },
    ]);
  });

  test('has the level that its writer gives it', () => {
    const sink = memorySink();
    createAccessLog(sink, keep, now).write(terminalRecord(), 'warn');
    expect(sink.records()[0]).toMatchObject({ level: 'warn', event: 'request_completed' });
  });

  test('leaves out what no record can hold', () => {
    const sink = memorySink();
    createAccessLog(sink, keep, now).write({ ...terminalRecord(), ttft_ms: Number.NaN, queue_ms: undefined });
    expect(sink.records()[0]).not.toHaveProperty('ttft_ms');
  });
});

describe('the usage log', () => {
  test('writes the tokens of a request', () => {
    const sink = memorySink();
    const tokens = { tokens_prompt: 10, tokens_response: 5, tokens_cached: 4, tokens_reasoning: 0 };
    expect(createUsageLog(sink, hide, now).write(terminalRecord({ ...tokens, model: 'm', latency_ms: 5 }))).toBe(true);
    expect(sink.records()).toEqual([
      {
        timestamp: TIMESTAMP,
        level: 'info',
        component: 'usage',
        event: 'usage_recorded',
        request_id: 'req_a',
        run_id: 'req_a',
        client_request_id: '[redacted]',
        route: '/v1/chat/completions',
        model: 'm',
        outcome: 'completed',
        ...tokens,
      },
    ]);
  });

  test.each([[{}], [{ tokens_prompt: 1 }], [{ tokens_response: 1 }]])('writes nothing when the provider reported %j', (tokens) => {
    const sink = memorySink();
    expect(createUsageLog(sink, keep, now).write(terminalRecord(tokens))).toBe(false);
    expect(sink.records()).toEqual([]);
  });
});

describe('the protocol log', () => {
  const ids = { request_id: 'req_a', run_id: 'req_a', model: 'm', thread_id: 't' };
  const envelope = { timestamp: TIMESTAMP, level: 'info', component: 'rpc', event: 'rpc_frame' };

  test('writes a line a frame in one go, runs of deltas with their count and duration', () => {
    const sink = memorySink();
    const frames: RpcFrame[] = [
      { type: 'rpc_request', direction: 'to_worker', method: 'turn/start', id: 7, atMs: 1000.04, bytes: 120 },
      { type: 'server_request', direction: 'from_worker', method: 'item/tool/call', id: 'call "1"', atMs: 1002, bytes: 80 },
      {
        type: 'delta_run',
        direction: 'from_worker',
        method: 'item/agentMessage/delta',
        atMs: 1028.27,
        lastAtMs: 1090.5,
        bytes: 900,
        count: 9,
        maxGapMs: 41.06,
        maxGapAfter: 4,
      },
    ];
    expect(createProtoLog(sink, keep, now).write(ids, frames)).toBe(true);
    expect(sink.counts).toEqual([3]);
    expect(sink.records()).toEqual([
      {
        ...envelope,
        ...ids,
        direction: 'to_worker',
        frame_type: 'rpc_request',
        rpc_method: 'turn/start',
        rpc_id: 7,
        bytes: 120,
        elapsed_ms: 0,
      },
      {
        ...envelope,
        ...ids,
        direction: 'from_worker',
        frame_type: 'server_request',
        rpc_method: 'item/tool/call',
        rpc_id: 'call "1"',
        bytes: 80,
        elapsed_ms: 2,
      },
      {
        ...envelope,
        ...ids,
        direction: 'from_worker',
        frame_type: 'delta_run',
        rpc_method: 'item/agentMessage/delta',
        bytes: 900,
        elapsed_ms: 28.2,
        count: 9,
        duration_ms: 62.2,
        max_gap_ms: 41.1,
        max_gap_after: 4,
      },
    ]);
  });

  test('writes nothing for no frames', () => {
    const sink = memorySink();
    expect(createProtoLog(sink, keep, now).write(ids, [])).toBe(true);
    expect(sink.counts).toEqual([]);
  });

  test('redacts what the worker chose: method, id, thread', () => {
    const sink = memorySink();
    const scrub = (record: LogFields): LogFields =>
      Object.fromEntries(
        Object.entries(record).map(([name, value]) => [name, typeof value === 'string' ? value.replace('bad', '***') : value]),
      );
    const frame: RpcFrame = { type: 'server_request', direction: 'from_worker', method: 'bad/method', id: 'bad-id', atMs: 0, bytes: 1 };
    createProtoLog(sink, scrub, now).write({ ...ids, thread_id: 'bad-thread' }, [frame, frame]);
    expect(sink.records()).toMatchObject(Array(2).fill({ rpc_method: '***/method', rpc_id: '***-id', thread_id: '***-thread' }));
  });

  test('stays within the schema for any frames', () => {
    const frame = fc.record(
      {
        type: fc.constantFrom(...RPC_FRAME_TYPES),
        direction: fc.constantFrom('to_worker' as const, 'from_worker' as const),
        method: fc.string({ unit: 'binary' }),
        id: fc.oneof(fc.integer(), fc.double(), fc.string({ unit: 'binary' })),
        atMs: fc.double(),
        bytes: fc.double(),
        count: fc.integer(),
        lastAtMs: fc.double(),
      },
      { requiredKeys: ['type', 'direction', 'method', 'atMs', 'bytes'] },
    );
    fc.assert(
      fc.property(fc.array(frame), (frames) => {
        const sink = memorySink();
        createProtoLog(sink, keep, now).write(ids, frames);
        expect(sink.records().map((record) => record.rpc_method)).toEqual(frames.map(({ method }) => method));
      }),
    );
  });
});
