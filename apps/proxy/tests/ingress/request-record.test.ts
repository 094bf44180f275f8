import { ERROR_CODES, logRecordSchema, OUTCOMES, type ErrorCode, type Outcome } from '@codex-proxy/contracts';
import { describe, expect, test } from 'vitest';
import { RequestRecord } from '../../src/ingress/request-record.ts';

const SYSTEM = { workerState: 'ready', restartCount: 3, maintenanceMode: false };
const DELIVERED = { status: 200, delivered: true, endedAtMs: 150, bytes: 42 };

function record(clientRequestId?: string): RequestRecord {
  return new RequestRecord({ suffix: 'abc', clientRequestId, method: 'POST', route: '/v1/chat/completions', startedAtMs: 100 });
}

/** What each error makes of its request. */
const EXPECTED: Readonly<Record<ErrorCode, Outcome>> = {
  invalid_json: 'refused',
  invalid_request: 'refused',
  model_required: 'refused',
  context_length_exceeded: 'failed',
  invalid_api_key: 'refused',
  forbidden: 'refused',
  model_not_found: 'refused',
  not_found: 'refused',
  method_not_allowed: 'refused',
  request_timeout: 'timeout',
  request_too_large: 'refused',
  unsupported_media_type: 'refused',
  rate_limited: 'refused',
  queue_full: 'refused',
  provider_rate_limited: 'failed',
  headers_too_large: 'refused',
  internal_error: 'failed',
  provider_error: 'failed',
  maintenance: 'refused',
  worker_not_ready: 'refused',
  worker_exited: 'worker_exited',
  shutting_down: 'refused',
  worker_timeout: 'timeout',
  stream_idle_timeout: 'timeout',
};

describe('an error', () => {
  test.each(Object.entries(EXPECTED))('%s ends its request as %s, with its own status, delivered or not', (code, outcome) => {
    const [known] = Object.entries(ERROR_CODES).filter(([name]) => name === code);
    for (const delivered of [true, false]) {
      const failed = record();
      const entry = Object.keys(ERROR_CODES).find((name): name is ErrorCode => name === code)!;
      failed.fail(entry, 'why');
      expect(failed.failed).toBe(true);
      expect(failed.terminal({ ...DELIVERED, delivered }, SYSTEM)).toMatchObject({
        outcome,
        status: known?.[1].status,
        error_code: code,
        reason: 'why',
        retryable: known?.[1].retryable,
      });
    }
  });

  test('counts only if it is the first', () => {
    const failed = record();
    failed.fail('worker_exited', 'first');
    failed.fail('internal_error', 'second');
    expect(failed.terminal(DELIVERED, SYSTEM)).toMatchObject({ error_code: 'worker_exited', reason: 'first' });
  });

  test('hides a finish reason that had been set', () => {
    const failed = record();
    failed.finishReason = 'stop';
    failed.fail('worker_exited', '');
    expect(failed.terminal(DELIVERED, SYSTEM).finish_reason).toBeUndefined();
  });
});

test('an answer that was not delivered is a client that left', () => {
  const left = record();
  left.finishReason = 'stop';
  left.cutReason = 'slow_client';
  expect(left.terminal({ ...DELIVERED, delivered: false }, SYSTEM)).toMatchObject({
    outcome: 'client_closed',
    status: 499,
    error_code: 'client_closed',
    finish_reason: undefined,
    reason: 'slow_client',
  });
});

test.each([
  [200, 'completed'],
  [204, 'completed'],
  [399, 'completed'],
  [404, 'refused'],
  [503, 'refused'],
])('status %i without an error is %s', (status, outcome) => {
  expect(record().terminal({ ...DELIVERED, status }, SYSTEM)).toMatchObject({
    status,
    outcome,
    error_code: undefined,
    retryable: undefined,
  });
});

test('all that is known is told, in the fields of the schema', () => {
  const full = record('mine-1');
  Object.assign(full, {
    model: 'm',
    stream: true,
    queueMs: 1.23456,
    firstDeltaAtMs: 130.0004,
    deltaCount: 7,
    workerPid: 99,
    finishReason: 'stop',
    usage: { inputTokens: 5, cachedInputTokens: 2, outputTokens: 4, reasoningOutputTokens: 1 },
  });
  const terminal = full.terminal(DELIVERED, SYSTEM);
  expect(JSON.parse(JSON.stringify(terminal))).toEqual({
    request_id: 'req_abc',
    run_id: 'req_abc',
    client_request_id: 'mine-1',
    method: 'POST',
    route: '/v1/chat/completions',
    model: 'm',
    stream: true,
    status: 200,
    outcome: 'completed',
    finish_reason: 'stop',
    latency_ms: 50,
    queue_ms: 1.235,
    ttft_ms: 30,
    delta_count: 7,
    bytes: 42,
    tokens_prompt: 5,
    tokens_response: 4,
    tokens_cached: 2,
    tokens_reasoning: 1,
    worker_state: 'ready',
    worker_pid: 99,
    restart_count: 3,
    maintenance_mode: false,
  });
  const line: unknown = JSON.parse(
    JSON.stringify({ timestamp: new Date(0).toISOString(), level: 'info', component: 'http', event: 'request_completed', ...terminal }),
  );
  expect(logRecordSchema.safeParse(line).error).toBeUndefined();
});

test('every outcome can happen', () => {
  const reached = new Set<Outcome>([...Object.values(EXPECTED), 'completed', 'client_closed']);
  expect([...reached].sort()).toEqual([...OUTCOMES].sort());
  expect(Object.keys(EXPECTED)).toEqual(Object.keys(ERROR_CODES));
});
