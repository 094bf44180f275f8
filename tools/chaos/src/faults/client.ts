import type { Fault } from './fault.ts';

const LEAVES = 'apps/proxy/tests/integration/client-leaves.test.ts';
const CLIENTS = 'apps/proxy/tests/integration/hostile-clients.test.ts';
const SOCKETS = 'apps/proxy/tests/integration/hostile-sockets.test.ts';
const INPUT = 'apps/proxy/tests/integration/bad-input.test.ts';
const LIFE = 'apps/proxy/tests/integration/worker-life.test.ts';
const READY = '200';
const GONE = '`codex_http_errors_total{error_code="client_closed"}`: 499, outside every objective';

export const CLIENT_FAULTS: readonly Fault[] = [
  {
    name: 'reads nothing',
    how: 'a stream of 150,000 deltas to a socket that is never read',
    client: 'cut off when more than `PROXY_STREAM_MAX_BUFFER_KB` wait for it; others are served',
    probe: READY,
    metric: '`codex_stream_end_total{outcome="client_closed"}`, `codex_http_errors_total{error_code="client_closed"}`',
    log: '`stream_disconnected` (`slow_client`), `request_completed` (`client_closed`, `slow_client`)',
    after: 'its turn is interrupted; no memory is kept',
    test: { file: LIFE, name: 'a client that reads nothing is cut off, and the worker goes on' },
  },
  {
    name: 'leaves',
    how: 'it aborts in the middle of a stream',
    client: 'it has what came before',
    probe: READY,
    metric: '`codex_stream_end_total{outcome="client_closed"}`; `codex_streams_active` back at 0; no restart',
    log: '`stream_disconnected` (`client_closed`), `request_completed` (`client_closed`, 499)',
    after: 'the turn is interrupted, and the provider is asked no further',
    test: { file: LEAVES, name: 'in the middle of a stream ends the turn' },
  },
  {
    name: 'half-open connection',
    how: 'its network is unplugged in the middle of a turn',
    client: 'nothing reaches it',
    probe: READY,
    metric: `${GONE}; \`codex_http_connections\` one less`,
    log: '`request_completed` (`client_closed`, 499)',
    after: 'found by the probes of the kernel, after `PROXY_TCP_KEEPALIVE_S`; the turn is interrupted',
    test: { file: SOCKETS, name: 'is found to have left, and its turn ends' },
  },
  {
    name: 'slow headers',
    how: '50 connections that send a byte of their headers every 100 ms',
    client: '408 `request_timeout` and the end of its connection, after `PROXY_HEADERS_TIMEOUT_MS`; others are served',
    probe: READY,
    metric: '`codex_http_errors_total{error_code="request_timeout"}`',
    log: '`client_error` (`request_timeout`)',
    after: 'nothing is left of it',
    test: { file: SOCKETS, name: 'with the headers is told so and closed, however many do it, and keeps nobody out' },
  },
  {
    name: 'slow body',
    how: 'the same with the body',
    client: '408 `request_timeout` and the end of its connection, after `PROXY_RECEIVE_TIMEOUT_MS`; others are served',
    probe: READY,
    metric: '`codex_http_errors_total{error_code="request_timeout"}`',
    log: '`request_completed` (`timeout`, 408)',
    after: 'nothing is left of it',
    test: { file: SOCKETS, name: 'with the body is told so and closed, and has a record' },
  },
  {
    name: 'idle connections',
    how: '1,000 on which nothing is said, 10,000 in the long form',
    client: 'others are served',
    probe: READY,
    metric: '`codex_http_connections`',
    log: 'nothing',
    after: 'closed after `PROXY_HEADERS_TIMEOUT_MS`; descriptors and memory come back',
    test: { file: CLIENTS, name: 'thousands of connections on which nothing is said keeps nobody out, and leaves nothing behind' },
  },
  {
    name: 'too many connections',
    how: '30 beyond `PROXY_MAX_CONNECTIONS`',
    client: 'closed as they come; who is connected is served',
    probe: READY,
    metric: '`codex_http_connections_refused_total`',
    log: '`connections_refused` with their number: the first at once, then every ten seconds',
    after: 'taken again as soon as there are fewer',
    test: { file: SOCKETS, name: 'is closed as it comes, which log and metrics tell, and those who are connected are served' },
  },
  {
    name: 'pipelining',
    how: 'a hundred requests in one packet',
    client: 'a hundred answers in their order, each with an id of its own',
    probe: READY,
    metric: '`codex_http_requests_total` and `codex_http_errors_total`, each of them once',
    log: '`request_completed` for each',
    after: 'the connection is used on, or closed as the last request says',
    test: { file: CLIENTS, name: 'a hundred requests in one packet gets a hundred answers in their order, each with a record' },
  },
  {
    name: 'oversize headers',
    how: '20 kB of them',
    client: '431 `headers_too_large`, as JSON',
    probe: READY,
    metric: '`codex_http_errors_total{error_code="headers_too_large"}`',
    log: '`client_error` (`headers_too_large`)',
    after: 'the connection is closed',
    test: { file: INPUT, name: 'headers that are too large' },
  },
  {
    name: 'malformed requests',
    how: '3,000 in a row, 100,000 in the long form: bad syntax, bad JSON, bad encodings, cut off anywhere',
    client: 'a 4xx as JSON with an id, each of them; others are served',
    probe: READY,
    metric: '`codex_streams_active` and `codex_worker_inflight` at 0, no restart; resident memory is what it was after half of them',
    log: '`client_error`, each a record of the schema; no `uncaught_error`',
    after: 'descriptors are back',
    test: { file: CLIENTS, name: 'thousands of malformed requests is answered in JSON each time, and costs no memory' },
  },
];
