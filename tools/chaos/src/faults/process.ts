import type { Fault } from './fault.ts';

const CLOCK = 'apps/proxy/tests/integration/clock.test.ts';
const DEFECTS = 'apps/proxy/tests/integration/defects.test.ts';
const HOSTILE = 'apps/proxy/tests/integration/hostile-clients.test.ts';
const SERVED = 'every request is answered';

export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: 'the time of day jumps',
    how: 'set forward by two days or back by six hours, and put right again, between requests and in the middle of a stream',
    client: SERVED,
    probe: '200',
    metric: 'no latency below 0, none of hours: durations are measured on a clock that nobody can set',
    log: '`clock_stepped` with what it showed and shows; lines bear the new time',
    after:
      'traces, runs and archives that seem too old by it stay for an hour after it was last set by more than five minutes; maintenance ends by the time of day',
    test: { file: CLOCK, name: 'changes the times that are told' },
  },
  {
    name: 'no file descriptors',
    how: 'a limit of 90, and 300 connections of a crowd; then the worker is killed',
    client: 'who is connected is served, those on call too; new connections are not taken',
    probe: '200 as long as the worker serves; 503 from its end until there are descriptors for the next',
    metric: '`codex_http_connections`, `codex_worker_restarts_total`',
    log: '`worker_exited`, and `worker_start_failed` (`spawn_failed`) for each start that finds none',
    after: 'the worker is started at its own pace, and who comes is served',
    test: { file: HOSTILE, name: 'who is connected is served, the worker is replaced once there are some' },
  },
  {
    name: 'an error that no one expected, in a handler',
    how: 'a handler throws, before its answer begins',
    client: '500 `internal_error`, retryable, without any detail; everybody else is served',
    probe: '200',
    metric: '`codex_http_errors_total{error_code="internal_error"}`',
    log: '`uncaught_error` with the stack, and `request_completed` (`failed`), under the same `request_id`',
    after: 'the process goes on',
    test: { file: DEFECTS, name: 'is told as internal_error, counted and logged, and harms nobody else' },
  },
  {
    name: 'an error that no one expected, outside of any request',
    how: 'an error that nobody catches, and a promise that is rejected and that nobody awaits',
    client: `${SERVED}; streams under way go on`,
    probe: '200',
    metric: 'nothing: no request has failed',
    log: '`uncaught_error` for each, with the stack',
    after: 'the process goes on',
    test: { file: DEFECTS, name: 'are logged, and streams under way go on' },
  },
];
