import type { Fault } from './fault.ts';

const LIFE = 'apps/proxy/tests/integration/worker-life.test.ts';
const BROKEN = 'apps/proxy/tests/integration/broken-worker.test.ts';
const DEAF = 'apps/proxy/tests/integration/deaf-worker.test.ts';
const MISBEHAVING = 'apps/proxy/tests/integration/misbehaving-worker.test.ts';
const NEXT_SERVES = 'the next worker serves; the streak is forgotten once it has for `WORKER_STABLE_MS`';

/** What the worker says beside the truth, or in another form: nobody is the worse for it. */
function said(name: string, how: string, log = 'nothing'): Fault {
  return {
    name,
    how,
    client: 'the answer, once and whole',
    probe: '200',
    metric: 'the request and its tokens once; no error, no restart',
    log,
    after: 'the same worker serves on',
    test: { file: MISBEHAVING, name: 'the client has it once and whole, the probes stay ready' },
  };
}

export const WORKER_FAULTS: readonly Fault[] = [
  {
    name: 'killed',
    how: 'SIGKILL in the middle of streams',
    client:
      'its stream ends with `worker_exited`, retryable, and `[DONE]`; before the first word it is a 503; who waits is served by the next worker',
    probe: '503 `worker_backoff`, with `last_exit_code`, `restart_streak` and `backoff_ms`, while the delay runs',
    metric:
      '`codex_worker_ready` 0 and `codex_worker_backoff_ms` meanwhile; `codex_worker_restarts_total`, `codex_stream_end_total{outcome="worker_exited"}`',
    log: '`worker_exited` (`signal`, with the number of turns lost), `worker_backoff`, `worker_started`',
    after: NEXT_SERVES,
    test: { file: LIFE, name: 'costs its client that stream, and nobody else anything' },
  },
  {
    name: 'stopped',
    how: 'SIGSTOP in the middle of a stream',
    client: 'as when it is killed, once it has been silent for `WORKER_UNRESPONSIVE_MS` though it was asked',
    probe: '200 again with the next worker',
    metric: '`codex_worker_restarts_total`; `codex_streams_active` back at 0',
    log: '`worker_unresponsive` (`silent`), `worker_exited` (`killed_unresponsive`)',
    after: NEXT_SERVES,
    test: { file: DEAF, name: 'a worker that is stopped is killed and replaced: its stream is told, and who waits is served by the next' },
  },
  {
    name: 'stdin blocked',
    how: 'it reads nothing after its handshake',
    client: 'the answer, from the next worker',
    probe: '200 again with the next worker',
    metric: '`codex_worker_restarts_total`',
    log: '`worker_unresponsive` (`silent` or `input_blocked`), `worker_exited` (`killed_unresponsive`)',
    after: NEXT_SERVES,
    test: { file: DEAF, name: 'a worker that reads nothing is killed and replaced, and who asked is served by the next' },
  },
  {
    name: 'silent in a turn',
    how: 'nothing comes, or no end of it',
    client: '504 `stream_idle_timeout` or `worker_timeout`; in a stream that has begun, as its last event before `[DONE]`',
    probe: '200',
    metric: '`codex_http_errors_total` by that code; no restart',
    log: '`request_completed` (`timeout`)',
    after: 'the turn is interrupted, and its slot is free',
    test: { file: LIFE, name: 'a turn that takes too long, or says nothing for too long, is ended' },
  },
  {
    name: 'ends at each start',
    how: 'seven starts in a row exit with code 3',
    client:
      '503 `worker_not_ready`, retryable, with `Retry-After`: at once, before the first handshake of all and after five failed starts; between, it waits',
    probe: '503 `worker_backoff`, after five `worker_unavailable`',
    metric: '`codex_worker_ready` 0, `codex_worker_restarts_total`, `codex_http_errors_total{error_code="worker_not_ready"}`',
    log: '`worker_start_failed` (`exited_early`), `worker_backoff` with growing delays',
    after: 'a start that succeeds ends it',
    test: { file: LIFE, name: 'after five times is called unavailable, and comes back by itself' },
  },
  {
    name: 'cannot be started',
    how: 'missing, no program, no right to run it, silent, garbage, or a handshake that is refused',
    client: '503 `worker_not_ready`, retryable, with `Retry-After`; `/v1/models` is answered',
    probe: '503 `worker_backoff` with `backoff_ms`; `/livez` 200',
    metric: '`codex_worker_ready` 0, `codex_worker_backoff_ms`, `codex_http_errors_total{error_code="worker_not_ready"}`',
    log: '`worker_start_failed` (`spawn_failed`, `exited_early`, `handshake_timeout` or `handshake_failed`, and the reason in words), `worker_backoff`',
    after: 'tried again, for ever',
    test: { file: BROKEN, name: 'the proxy stays up and says so' },
  },
  {
    name: 'slow handshake',
    how: '1.5 s before it is answered',
    client: '503 `worker_not_ready`, retryable, with `Retry-After`, before the first handshake of all',
    probe: '503 `worker_starting`; `/livez` 200',
    metric: '`codex_worker_handshake_ms`',
    log: '`worker_starting`, then `worker_started` with `handshake_ms`',
    after: 'ready with the handshake',
    test: { file: LIFE, name: 'keeps readiness away and liveness alone, and requests are told to come again' },
  },
  said('garbage', 'lines that are no JSON, before each line of its protocol', '`worker_protocol_error` (`not_json`), ten a second at most'),
  said('half lines', 'each line in two writes'),
  said('a line of 50 MB', 'a notification of that size in the middle of a turn'),
  said('a line beyond 64 MiB', 'the same, a byte larger than is read', '`worker_protocol_error` (`line_too_long`), with its size'),
  said('wrong ids', 'answers to questions that no one asked', '`worker_protocol_error` (`unknown_id`), ten a second at most'),
  said('duplicate notifications', "the turn's end and its tokens, twice"),
  said('late notifications', "deltas and another end after the turn's end"),
  said('flood of notifications', '20,000 in the middle of a turn'),
  said('flood on stderr', '20,000 lines', '`worker_stderr` at level `debug`, redacted, ten a second at most'),
];
