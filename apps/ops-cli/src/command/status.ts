// All of the contracts would bring their schemas with them, and double the time of every `--help`.
import { SERVICE_THRESHOLDS } from '@codex-proxy/contracts/service-thresholds';
import type { CommandDefinition } from './command.ts';
import { ONLINE_OPTIONS } from './online.ts';
import { WATCH_OPTIONS } from './options.ts';

const { downRatio, errorRatio, errorRatioRequests, failuresAlone, fewRequests, fewRequestsFailures } = SERVICE_THRESHOLDS;
const percent = (share: number): string => `${share * 100} %`;

export const STATUS: CommandDefinition = {
  name: 'status',
  summary: 'whether the proxy is healthy and, if not, why and what to do: one screen',
  description: [
    'First the verdict with its cause, then, behind →, what to do. HEALTHY: a worker is ready. DEGRADED: it serves, and something needs a ' +
      'look. MAINTENANCE: it refuses, as an operator wished. UNHEALTHY: it does not serve, most requests fail, or it does not answer.',
    `Where requests fail it is UNHEALTHY if at least ${percent(downRatio)} of them do, ${failuresAlone} or more; DEGRADED if at least ${percent(errorRatio)} do, of ` +
      `${errorRatioRequests} requests or more (as the alert CodexErrorRatioHigh has it) or, with less traffic, ${fewRequestsFailures} or more of at least ${fewRequests}. Fewer are a note.`,
    'Requests, errors, latencies and first tokens are those of the last five minutes by the access log, where the state folder is on this machine; ' +
      'else latencies are those of the last five minutes as the proxy computes them, and the others, with --watch, those since it watches, five ' +
      'minutes at most, else all since the proxy started: the screen says which. Errors are faults of the service (5xx and overload) among requests that succeeded or had ' +
      'one: what clients did wrong, clients that left and refusals for maintenance are no part of it.',
    'It needs no token for the verdict. Numbers need /metrics (open to this machine, else $PROXY_METRICS_TOKEN); who switched maintenance on and ' +
      'whether traces are captured need the admin token. What could not be seen is listed below, with what it takes.',
  ],
  options: [...WATCH_OPTIONS, ...ONLINE_OPTIONS],
  document: [
    { field: 'version', description: '1; rises when a field changes its meaning' },
    { field: 'verdict', description: 'healthy, degraded, maintenance, unhealthy' },
    { field: 'sentence', description: 'the verdict in one sentence' },
    { field: 'findings', description: '[{id, severity: unhealthy|maintenance|degraded|note, text, next}], the gravest first' },
    { field: 'url, at', description: 'of which proxy, when (ISO 8601 UTC)' },
    { field: 'liveness_failure', description: 'why only a restart mends its process, or null' },
    { field: 'probe', description: 'the body of /readyz, or null' },
    { field: 'worker', description: '{inflight, queue_depth, streams_active, restarts, recycles, rss_bytes, log_db_bytes}, or null' },
    {
      field: 'traffic',
      description:
        '{requests, faults, by_code, error_ratio, per_second, window: {source: access_log|watched|since_start|proxy, seconds}, latency_ms: {p50, p95, p99}, ' +
        'latency_window, first_token_ms, first_token_window}, or null',
    },
    { field: 'losses', description: '{log_records, run_events, traces} lost since it started, or null' },
    { field: 'tool_buffer', description: '{anomaly, aborted}, or null' },
    { field: 'maintenance', description: 'the answer of /internal/maintenance, or null' },
    { field: 'trace_buffer', description: '{enabled, entries, max_files}, or null' },
    { field: 'archive', description: '{agent_logs_bytes, last_success_at, age_seconds}, or null' },
    { field: 'disk', description: '{state_dir, used_bytes, free_bytes}, or null' },
    { field: 'process', description: '{version, codex_version, uptime_seconds, rss_bytes}, or null' },
    { field: 'unseen', description: '[{what, failure, why}]: what could not be seen' },
  ],
  examples: [
    { line: 'codex-ops status', description: 'Is it healthy?' },
    { line: 'codex-ops status --watch --interval 5s', description: 'How does it go on?' },
    { line: 'codex-ops status --url https://proxy.example --json | jq -r .sentence', description: 'The verdict of another machine.' },
  ],
  exitCodes: [
    { code: 0, description: 'it serves (healthy or degraded), or refuses for maintenance; also when --watch was ended by Ctrl-C' },
    { code: 1, description: 'it is unhealthy: it does not serve, most requests fail, it does not answer, or what answers is not it' },
    { code: 2, description: 'usage: an unknown option, or an address that is none' },
  ],
  load: async () => (await import('../status/status-action.ts')).statusAction,
};
