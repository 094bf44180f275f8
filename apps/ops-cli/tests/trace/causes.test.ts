import { ERROR_CODES } from '@codex-proxy/contracts';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/trace/diagnose/cause.ts';
import { CAUSES } from '../../src/trace/diagnose/causes.ts';
import { ERROR_CAUSES } from '../../src/trace/diagnose/error-causes.ts';
import type { View } from '../../src/trace/diagnose/view.ts';
import type { Into, Step, Stretch } from '../../src/trace/timeline/step.ts';

const VIEW: View = {
  outcome: 'completed',
  status: 200,
  errorCode: undefined,
  reason: undefined,
  finishReason: 'stop',
  latencyMs: 2_000,
  queueMs: 0,
  ttftMs: 10,
  deltaCount: 3,
  isStream: true,
  reachedWorker: true,
  failures: [],
  stretches: [],
  hasLog: false,
  toolBufferAborts: [],
  workerExits: [],
  workerState: undefined,
  restartCount: undefined,
  startFailures: undefined,
  proxyExit: undefined,
  maintenance: { on: undefined, off: undefined },
};

const step: Step = { kind: 'notice', atMs: 0, untilMs: 0, sources: ['proto'], what: 'x', detail: {} };
const stage = (into: Into, what: string, ms: number): Stretch => ({ ms, into, what, fromMs: 0, toMs: ms, step });
const spent = (into: Into, what: string, ms = 1_500): Pick<View, 'stretches'> => ({ stretches: [stage(into, what, ms)] });
/** As much of the 2 s as there must be for a stage to be told beside another, and one that has less. */
const thenQueued = (into: Into, what: string): Pick<View, 'stretches'> => ({
  stretches: [stage(into, what, 900), stage('queue', 'waiting for a worker slot', 500), stage('proxy', 'the proxy', 499)],
});
const failed = (errorCode: string, rest: Partial<View> = {}): Partial<View> => ({
  outcome: 'failed',
  errorCode,
  ttftMs: undefined,
  deltaCount: 0,
  ...rest,
});
const told = (message: string): Pick<View, 'failures'> => ({ failures: [{ message, httpStatus: undefined, willRetry: false }] });

const CASES: readonly (readonly [id: string, view: Partial<View>, text: string])[] = [
  [
    'provider_credentials',
    failed('provider_error', { reason: 'httpConnectionFailed:401' }),
    'the model provider refused the credentials of this proxy (HTTP 401)',
  ],
  [
    'provider_quota',
    failed('provider_rate_limited', { reason: 'usageLimitExceeded' }),
    'the account at the model provider has used up its quota',
  ],
  [
    'provider_overloaded',
    failed('provider_rate_limited', { reason: 'serverOverloaded', ...told('Selected model is at capacity.') }),
    'the model is at capacity at the provider: “Selected model is at capacity.”',
  ],
  [
    'provider_rate',
    failed('provider_rate_limited', { reason: 'responseTooManyFailedAttempts:429' }),
    'the model provider limits the rate of this account',
  ],
  ['provider_unavailable', failed('provider_error', { reason: 'httpConnectionFailed:503' }), 'the model provider failed (HTTP 503)'],
  [
    'provider_refused',
    failed('provider_error', { reason: 'httpConnectionFailed:404' }),
    'the model provider refused the request (HTTP 404)',
  ],
  [
    'provider_refused',
    failed('provider_error', { reason: 'badRequest:400', ...told('badRequest:400') }),
    'the model provider refused the request (HTTP 400)',
  ],
  ['provider_unreachable', failed('provider_error', { reason: 'httpConnectionFailed' }), 'the model provider cannot be reached'],
  [
    'provider_hung_up',
    failed('provider_error', { reason: 'responseStreamConnectionFailed' }),
    'the model provider hung up before it answered',
  ],
  [
    'provider_stream_broke',
    failed('provider_error', { reason: 'responseStreamDisconnected', deltaCount: 2 }),
    'the connection to the model provider broke, after 2 deltas',
  ],
  [
    'provider_stream_incomplete',
    failed('provider_error', { reason: 'responseStreamIncomplete' }),
    'the model provider ended its stream before the answer was whole, before any content',
  ],
  [
    'provider_failed_answer',
    failed('provider_error', { reason: 'responseFailed', deltaCount: 1, ...told('responseFailed') }),
    'the model provider itself ended the answer as failed, after 1 delta',
  ],
  [
    'provider_error',
    failed('provider_error', { ...told('[redacted:content:string:9]') }),
    'the model provider failed before it sent anything, and no reason is known that could be told apart',
  ],
  [
    'provider_error',
    failed('provider_error', { reason: 'other', deltaCount: 2, ...told('other') }),
    'the model provider failed after 2 deltas, and no reason is known that could be told apart',
  ],
  [
    'provider_error',
    failed('provider_error', { reason: 'sandboxError' }),
    'the model provider failed before it sent anything (sandboxError)',
  ],
  [
    'provider_error',
    failed('provider_error', { reason: 'other', ...told('It melted.') }),
    'the model provider failed before it sent anything: “It melted.”',
  ],
  [
    'provider_model',
    failed('model_not_found', { reason: 'modelNotFound' }),
    'the model provider does not serve the model that was asked for',
  ],
  [
    'provider_policy',
    { outcome: 'refused', errorCode: 'invalid_request', reason: 'cyberPolicy' },
    'the model provider refused the request for its policy (cyberPolicy)',
  ],
  [
    'provider_invalid',
    { outcome: 'refused', errorCode: 'invalid_request', reason: 'badRequest:400' },
    'the model provider refused the request as not valid (HTTP 400)',
  ],
  [
    'provider_invalid',
    { outcome: 'refused', errorCode: 'invalid_request', reason: 'other' },
    'the model provider refused the request as not valid',
  ],
  [
    'worker_refused',
    { outcome: 'refused', errorCode: 'invalid_request', reason: 'rpc:-32600' },
    'the worker refused to begin with the request (JSON-RPC error -32600)',
  ],
  [
    'worker_refused',
    failed('internal_error', { reason: 'rpc:-32603' }),
    'the worker refused to begin with the request (JSON-RPC error -32603)',
  ],
  [
    'worker_overloaded',
    { outcome: 'refused', errorCode: 'queue_full', reason: 'rpc:-32001' },
    'the worker itself said that it was overloaded',
  ],
  [
    'proxy_exited',
    failed('internal_error', { proxyExit: { lastSeen: 'T1', foundAt: 'T2', wasDraining: false } }),
    'the proxy itself ended while it served this request: it was killed, or it crashed, after T1 and before it was started again at T2',
  ],
  [
    'proxy_exited',
    failed('internal_error', { proxyExit: { lastSeen: undefined, foundAt: 'T2', wasDraining: true } }),
    'the proxy itself ended while it served this request: it had been told to stop, and was killed before it was done, before it was started again at T2',
  ],
  ['maintenance', { outcome: 'refused', errorCode: 'maintenance', reachedWorker: false }, 'maintenance mode was on'],
  [
    'maintenance',
    {
      ...{ outcome: 'refused', errorCode: 'maintenance', reachedWorker: false, hasLog: true },
      maintenance: { on: { author: 'ann', reason: 'disk', timestamp: 'T1' }, off: { timestamp: 'T2' } },
    },
    'maintenance mode was on: switched on by “ann” for “disk” at T1, and off at T2',
  ],
  [
    'worker_exited',
    failed('worker_exited', { deltaCount: 1, workerExits: [{ exit_code: 3 }] }),
    'the worker process ended with exit code 3 while it worked on this request, after 1 delta',
  ],
  [
    'timeout_in_queue',
    failed('worker_timeout', { queueMs: 1_900 }),
    'timed out in the queue: 1.90 s of 2.00 s went into waiting for a worker slot',
  ],
  [
    'timeout_in_queue',
    failed('worker_timeout', { reachedWorker: false }),
    'timed out in the queue: no worker slot was free for 2.00 s, and the worker was never asked',
  ],
  [
    'timeout_without_token',
    failed('worker_timeout', thenQueued('silence', 'waiting for the model to answer')),
    'timed out after 2.00 s: the model never sent a first token; 25 % of the time went into waiting for a worker slot',
  ],
  [
    'worker_not_ready',
    { outcome: 'refused', errorCode: 'worker_not_ready', reachedWorker: false, workerState: 'backoff', restartCount: 31 },
    'no worker had completed its handshake, or it failed to start too often: it was in state backoff after 31 restarts',
  ],
  [
    'worker_not_ready',
    {
      ...{ outcome: 'refused', errorCode: 'worker_not_ready', reachedWorker: false },
      startFailures: {
        count: 9,
        since: 'T1',
        last: { at: 'T2', reason: 'exited_early', message: 'it ended', exitCode: 1, signal: undefined },
      },
    },
    'the worker could not be started: 9 starts failed since T1, the last at T2: it ended (exited_early, exit code 1)',
  ],
  [
    'worker_not_ready',
    {
      ...{ outcome: 'refused', errorCode: 'worker_not_ready', reachedWorker: false },
      startFailures: {
        count: 1,
        since: 'T1',
        last: { at: 'T1', reason: 'spawn_failed', message: 'ENOENT', exitCode: undefined, signal: undefined },
      },
    },
    'the worker could not be started: at T1: ENOENT (spawn_failed)',
  ],
  ['timeout_without_token', failed('worker_timeout'), 'timed out after 2.00 s: the model never sent a first token'],
  [
    'timeout_while_writing',
    failed('worker_timeout', { ttftMs: 5, deltaCount: 9 }),
    'timed out after 2.00 s, while the model was still writing (9 deltas)',
  ],
  [
    'stream_idle',
    failed('stream_idle_timeout', { deltaCount: 4 }),
    'the worker fell silent for longer than PROXY_STREAM_IDLE_TIMEOUT_MS, after 4 deltas',
  ],
  [
    'slow_client',
    { outcome: 'client_closed', errorCode: 'client_closed', reason: 'slow_client' },
    'the proxy cut the client off after 2.00 s: it did not read what was sent to it',
  ],
  [
    'client_left_in_queue',
    { outcome: 'client_closed', errorCode: 'client_closed', reachedWorker: false },
    'the client left after 2.00 s, before the worker was asked',
  ],
  [
    'client_left_waiting',
    {
      outcome: 'client_closed',
      errorCode: 'client_closed',
      ttftMs: undefined,
      ...spent('silence', 'waiting for an answer that did not begin'),
    },
    'the client left after 2.00 s, before any content; 75 % of the time went into waiting for an answer that did not begin',
  ],
  [
    'client_left_streaming',
    { outcome: 'client_closed', errorCode: 'client_closed' },
    'the client left after 2.00 s, in the middle of the answer (3 deltas sent)',
  ],
  [
    'invalid_field',
    { outcome: 'refused', errorCode: 'invalid_request', reason: 'messages.0.role', reachedWorker: false },
    'the client sent a request that is not valid: see `messages.0.role`',
  ],
  ['cut_short', { finishReason: 'length' }, 'the answer was cut short by the model (finish_reason length)'],
  ['slow_queue', spent('queue', 'waiting for a worker slot'), '75 % of its time (1.50 s) went into waiting for a worker slot'],
  [
    'slow_first_token',
    spent('first_token', "waiting for the model's first token"),
    "75 % of its time (1.50 s) went into waiting for the model's first token",
  ],
  [
    'slow_pause',
    spent('pause', 'a pause of the model in the middle of its answer'),
    '75 % of its time (1.50 s) went into a pause of the model in the middle of its answer',
  ],
  [
    'slow_long_answer',
    { deltaCount: 300, ...spent('writing', 'the model writing its answer') },
    '75 % of its time (1.50 s) went into the model writing its answer: 300 deltas',
  ],
  [
    'slow_writing',
    spent('writing', 'the model writing its answer'),
    '75 % of its time (1.50 s) went into the model writing its answer, slowly: 3 deltas',
  ],
  [
    'slow_writing',
    thenQueued('writing', 'the model writing its answer'),
    '45 % of its time (900 ms) went into the model writing its answer, slowly: 3 deltas; 25 % (500 ms) into waiting for a worker slot',
  ],
  [
    'completed',
    { latencyMs: 900, stretches: [stage('first_token', 'waiting', 500), stage('queue', 'waiting for a worker slot', 300)] },
    'nothing is wrong; 56 % of the time went into waiting, 33 % into waiting for a worker slot',
  ],
  [
    'slow_or_paused',
    spent('writing_or_pause', 'the model writing its answer, or a pause in it'),
    '75 % of its time (1.50 s) went into the model writing its answer, or a pause in it: 3 deltas',
  ],
  [
    'slow_worker',
    spent('worker', 'the worker, before it answered thread/start'),
    '75 % of its time (1.50 s) went into the worker, before it answered thread/start',
  ],
  [
    'slow_proxy',
    spent('proxy', 'the proxy, before it asked the worker'),
    '75 % of its time (1.50 s) went into the proxy, before it asked the worker',
  ],
  [
    'slow_end',
    spent('end', 'the end of the answer, after the last that the worker sent'),
    '75 % of its time (1.50 s) went into the end of the answer, after the last that the worker sent',
  ],
  ['slow', {}, 'where its time went is not known'],
  [
    'completed',
    { latencyMs: 200, ...spent('queue', 'waiting for a worker slot', 100) },
    'nothing is wrong; 50 % of the time went into waiting for a worker slot',
  ],
  ['completed', { latencyMs: 20, ...spent('queue', 'waiting for a worker slot', 19) }, 'nothing is wrong'],
  ['completed', { latencyMs: 900, ...spent('queue', 'waiting for a worker slot', 80) }, 'nothing is wrong'],
  [
    'tool_call_cut',
    { toolBufferAborts: ['nested_open', 'unterminated'] },
    '2 tool calls that the model wrote as text reached the client as plain text (nested_open, unterminated)',
  ],
  ['running', { outcome: 'running' }, 'the request has not ended, or the proxy ended before it'],
  ['no_terminal_record', { outcome: 'unknown' }, 'no terminal record was found: the request still runs, or its access log is gone'],
  ['ended', { outcome: 'failed', errorCode: 'of_tomorrow' }, 'it ended as failed (of_tomorrow); nothing here tells more'],
];

it.each(CASES)('%s', (id, view, text) => {
  expect(diagnose({ ...VIEW, ...view }, CAUSES)).toMatchObject({ id, text });
});

it.each<[string, Partial<View>]>([
  ['slow_writing', thenQueued('writing', 'the model writing its answer')],
  ['timeout_while_writing', failed('worker_timeout', { ttftMs: 5, ...thenQueued('writing', 'the model writing its answer') })],
])('says what to do about each stage that is told: %s', (id, view) => {
  const told = diagnose({ ...VIEW, ...view }, CAUSES);
  const alone = diagnose({ ...VIEW, ...view, stretches: (view.stretches ?? []).slice(0, 1) }, CAUSES);
  expect([told.id, alone.id]).toEqual([id, id]);
  expect(told.next).toBe(
    `${alone.next} For the wait: see codex_worker_inflight and codex_worker_queue_depth; raise WORKER_MAX_CONCURRENCY.`,
  );
});

it('does not say the same twice of a pause and the writing around it', () => {
  const stretches = [stage('pause', 'a pause', 1_000), stage('writing', 'the model writing its answer', 900)];
  const { text, next } = diagnose({ ...VIEW, stretches }, CAUSES);
  expect(text).toContain('45 % (900 ms) into the model writing its answer');
  expect(next.split('codex_stream_inter_delta_ms')).toHaveLength(2);
});

it('asks for the log of the proxy only where it was not given', () => {
  const view = { ...VIEW, ...failed('worker_exited') };
  expect(diagnose(view, CAUSES).next).toContain('(give it with --log)');
  expect(diagnose({ ...view, hasLog: true }, CAUSES).next).not.toContain('--log');
});

describe('the table of causes', () => {
  it('is tried row by row', () => {
    const tried = new Set([...CASES.map(([id]) => id), ...Object.keys(ERROR_CAUSES)]);
    expect(CAUSES.filter(({ id }) => !tried.has(id))).toEqual([]);
  });

  it.each(Object.keys(ERROR_CODES))('has a sentence for %s, and what to do', (errorCode) => {
    const { id, text, next } = diagnose({ ...VIEW, ...failed(errorCode) }, CAUSES);
    expect(id).not.toBe('ended');
    expect(text).not.toMatch(/undefined|\.$/);
    expect(next).toMatch(/\.$/);
  });
});
