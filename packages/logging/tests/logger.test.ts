import { LOG_EVENTS, LOG_LEVELS, type LogEventName, type LogFields } from '@codex-proxy/contracts';
import { describe, expect, test } from 'vitest';
import { createLogger, createRequestContext, type LoggerOptions } from '@codex-proxy/logging';
import { keep, NOW_MS, parseRecords } from './records.ts';

function setUp(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const drops: number[] = [];
  const logger = createLogger({
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
    redact: keep,
    now: () => NOW_MS,
    onDrop: (_sink, count) => void drops.push(count),
    ...options,
  });
  return { logger, lines, drops, records: () => parseRecords(lines.join('')) };
}

/** A value for each field that some event requires. */
const SAMPLE: LogFields = {
  request_id: 'req_a',
  run_id: 'req_a',
  method: 'POST',
  route: 'other',
  model: 'm',
  status: 200,
  outcome: 'completed',
  latency_ms: 1.5,
  worker_state: 'ready',
  worker_pid: 7,
  restart_count: 0,
  restart_streak: 1,
  maintenance_mode: false,
  backoff_ms: 250,
  handshake_ms: 300,
  exit_code: null,
  signal: 'SIGTERM',
  version: '0.1.0',
  provider: 'demo',
  address: 'http://127.0.0.1:11435',
  duration_ms: 5,
  max_gap_ms: 4.5,
  max_gap_after: 3,
  error_code: 'invalid_json',
  error_message: 'broken',
  reason: 'crash',
  from: 'ready',
  to: 'exited',
  source: 'endpoint',
  message: 'text',
  direction: 'to_worker',
  frame_type: 'rpc_request',
  rpc_method: 'turn/start',
  bytes: 10,
  elapsed_ms: 0.5,
  tokens_prompt: 1,
  tokens_response: 2,
  delta_count: 3,
  count: 4,
  sink: 'access',
  worker_event: 'trace_buffer_prune',
  phase: 'export',
  total_count: 9,
  purged_count: 4,
  file: 'agent_logs_20261121T021003.194Z.json.gz',
  compressed_bytes: 3,
  returned_bytes: 8,
};

describe('a record', () => {
  test.each(eventNames().map((name) => [name]))('of %s satisfies the schema, with the component and level of the table', (name) => {
    const { logger, records } = setUp();
    const { level, component, fields } = LOG_EVENTS[name];
    logger.event(name, pick(fields));
    expect(Object.keys(pick(fields))).toHaveLength(fields.length);
    expect(records()).toEqual([{ timestamp: '2026-11-21T02:10:03.194Z', level, component, event: name, ...pick(fields) }]);
  });

  test('is one line, whatever its text holds', () => {
    const { logger, lines } = setUp();
    logger.event('worker_stderr', { message: 'a\nb\r\u2028"c"\u0000\ud800' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
    expect(parseRecords(lines.join(''))).toHaveLength(1);
  });

  test('leaves out undefined fields, unknown fields, and what would overwrite its envelope', () => {
    const { logger, lines, records } = setUp();
    const fields = {
      method: 'GET',
      route: undefined,
      level: 'fatal',
      event: 'x',
      timestamp: 'never',
      prompt: 'hello',
      request_id: 'req_a',
    } as const;
    logger.event('request_received', fields);
    expect(lines.join('')).not.toContain('hello');
    expect(records()).toEqual([
      {
        timestamp: '2026-11-21T02:10:03.194Z',
        level: 'info',
        component: 'http',
        event: 'request_received',
        method: 'GET',
        request_id: 'req_a',
      },
    ]);
  });

  test('passes the redactor before it is written', () => {
    const { logger, records } = setUp({
      redact: (record) => ({ ...record, error_message: record.error_message?.replace('secret', '[redacted]') }),
    });
    logger.event('uncaught_error', { error_message: 'a secret thing' });
    expect(records()[0]?.error_message).toBe('a [redacted] thing');
  });
});

describe('the level', () => {
  test.each(LOG_LEVELS.map((level) => [level]))('%s can be given for a record', (level) => {
    const { logger, records } = setUp();
    logger.event('worker_stderr', { message: 'text' }, level);
    expect(records()[0]?.level).toBe(level);
  });

  test('decides what is written, and can be changed', () => {
    let redactions = 0;
    const { logger, records } = setUp({ level: 'info', redact: (record) => ((redactions += 1), record) });
    expect(logger.isEnabled('stream_chunk')).toBe(false);
    logger.event('stream_chunk', { request_id: 'req_a', count: 1, latency_ms: 1 });
    expect(redactions).toBe(0);

    logger.level = 'debug';
    expect(logger.level).toBe('debug');
    expect(logger.isEnabled('stream_chunk')).toBe(true);
    expect(logger.isEnabled('stream_chunk', 'trace')).toBe(false);
    logger.event('stream_chunk', { request_id: 'req_a', count: 1, latency_ms: 1 });
    expect(records().map((record) => record.event)).toEqual(['stream_chunk']);
  });
});

describe('the request context', () => {
  const ids = { request_id: 'req_a', run_id: 'req_a', client_request_id: 'mine' };

  test('gives its ids, and nothing else, to what is logged within it', async () => {
    const context = createRequestContext<LogFields>();
    const { logger, records } = setUp({ context: context.get });
    await context.run({ ...ids, route: '/v1/models' }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      logger.event('stream_keepalive');
    });
    logger.event('request_received', { method: 'GET', route: 'other' });
    expect(records()).toMatchObject([{ event: 'stream_keepalive', ...ids }, { event: 'request_received' }]);
    expect(records()[0]).not.toHaveProperty('route');
    expect(records()[1]).not.toHaveProperty('request_id');
  });

  test('gives way to ids of the record itself', () => {
    const { logger, records } = setUp({ context: () => ids });
    logger.event('stream_keepalive', { request_id: 'req_b', run_id: undefined });
    expect(records()[0]).toMatchObject({ request_id: 'req_b', run_id: 'req_a' });
  });

  test('is not mixed into events of the worker, which outlives the request that happened to start it', () => {
    const { logger, records } = setUp({ context: () => ids });
    logger.event('worker_exited', { exit_code: 1, restart_count: 0, reason: 'crash' });
    logger.event('worker_request_answered', { request_id: 'req_b', rpc_method: 'item/x', reason: 'declined' });
    expect(records()[0]).not.toHaveProperty('request_id');
    expect(records()[1]).toMatchObject({ request_id: 'req_b' });
  });

  test('keeps concurrent requests apart', async () => {
    const context = createRequestContext<{ id: number }>();
    const seen = await Promise.all(
      [1, 2, 3].map((id) =>
        context.run({ id }, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          return context.get()?.id;
        }),
      ),
    );
    expect(seen).toEqual([1, 2, 3]);
    expect(context.get()).toBeUndefined();
  });
});

describe('logging never throws', () => {
  const fail = (): never => {
    throw new Error('broken');
  };

  test.each([
    ['the redactor', { redact: fail }],
    ['the destination', { destination: { write: fail } }],
    ['the context', { context: fail }],
  ])('when %s does: the record is dropped and counted', (_part, options) => {
    const { logger, drops } = setUp(options);
    logger.event('stream_keepalive', { request_id: 'req_a' });
    logger.event('proxy_failed', { error_message: 'text' });
    logger.event('stream_done', { request_id: 'req_a', delta_count: 1 });
    expect(drops.length).toBeGreaterThanOrEqual(2);
    expect(drops.every((count) => count === 1)).toBe(true);
  });

  test('not even when the count of drops does', () => {
    const { logger } = setUp({ redact: fail, onDrop: fail });
    expect(() => logger.event('stream_keepalive')).not.toThrow();
  });
});

function eventNames(): LogEventName[] {
  return Object.keys(LOG_EVENTS).filter(isEventName);
}

function isEventName(name: string): name is LogEventName {
  return name in LOG_EVENTS;
}

function pick(names: readonly string[]): LogFields {
  return Object.fromEntries(Object.entries(SAMPLE).filter(([name]) => names.includes(name)));
}
