import { SERVICE_THRESHOLDS, type DegradedPart, type ProbeBody, type UnreadyReason } from '@codex-proxy/contracts';
import { formatBytes, formatMs } from '../text/duration.ts';
import { counted, formatAge } from '../text/number.ts';
import { printable } from '../text/printable.ts';
import type { Finding, Observation } from './document.ts';
import { failureText, whereFailuresAre } from './failures.ts';

/** A finding, as data: it applies where there is a text. */
export interface Rule {
  readonly id: string;
  readonly severity: Finding['severity'];
  readonly text: (seen: Observation) => string | undefined;
  readonly next: string | ((seen: Observation) => string);
}

const MIB = 1_048_576;
const SCARCE_BYTES = 256 * MIB;

const UNREADY: Readonly<Record<UnreadyReason, (probe: ProbeBody) => string>> = {
  worker_starting: ({ worker_state: state }) =>
    state === 'handshake' ? 'the worker is started and has not answered its handshake yet' : 'the worker is being started',
  worker_backoff: (probe) =>
    `the worker ${lastEnd(probe)}${streak(probe)}; the next start is in ${formatMs(probe.backoff_ms ?? 0)} at most`,
  worker_unavailable: (probe) => `the worker cannot be started (it ${lastEnd(probe)}${streak(probe)}), and requests are refused at once`,
  draining: () => 'the proxy is shutting down: it finishes what it has, and takes nothing new',
};

const DEGRADED: Readonly<Record<DegradedPart, string>> = {
  trace_buffer: 'traces cannot be written',
  run_events: 'run events are not kept',
  agent_logs: 'agent logs are not kept',
  log_sink: 'a log file cannot be written',
  archive: 'agent logs cannot be archived',
  worker_log_db: "the worker's own log database cannot be kept small",
};

/** The gravest first, and of these the cause before what comes of it. */
export const RULES: readonly Rule[] = [
  {
    id: 'process_failed',
    severity: 'unhealthy',
    text: ({ liveness_failure: failure }) => (failure === null ? undefined : `the proxy has failed within itself (${printable(failure)})`),
    next: 'restart it: nothing else mends it; its log says what happened',
  },
  ...(['worker_unavailable', 'worker_backoff', 'worker_starting'] as const).map((reason): Rule => ({
    id: reason,
    severity: 'unhealthy',
    text: ({ probe }) => (probe?.reason === reason ? UNREADY[reason](probe) : undefined),
    next:
      reason === 'worker_starting'
        ? 'wait for some seconds; if it stays so, codex-ops doctor looks at the worker binary and its credentials'
        : 'worker_exited and worker_start_failed in the log of the proxy say why; codex-ops doctor looks at the worker binary',
  })),
  {
    id: 'draining',
    severity: 'unhealthy',
    text: ({ probe }) => (probe?.reason === 'draining' ? UNREADY.draining(probe) : undefined),
    next: 'if nobody wanted that, see who stopped it; if somebody did, wait for its successor',
  },
  {
    id: 'most_requests_fail',
    severity: 'unhealthy',
    text: (seen) => failureText(seen, 'unhealthy'),
    next: whereFailuresAre,
  },
  {
    id: 'maintenance',
    severity: 'maintenance',
    text: ({ probe, maintenance }) => (probe?.maintenance_mode === true ? maintenanceText(maintenance) : undefined),
    next: 'codex-ops maintenance off lets requests in',
  },
  {
    id: 'requests_fail',
    severity: 'degraded',
    text: (seen) => failureText(seen, 'degraded'),
    next: whereFailuresAre,
  },
  {
    id: 'restart_streak',
    severity: 'degraded',
    text: ({ probe }) =>
      probe?.reason === undefined && (probe?.restart_streak ?? 0) > 0 && probe !== null
        ? `the worker ${lastEnd(probe)}${streak(probe)}, and has not been up for long since`
        : undefined,
    next: 'worker_exited in the log of the proxy says why; turns that it had have failed',
  },
  ...Object.entries(DEGRADED).map(([part, text]): Rule => ({
    id: `degraded_${part}`,
    severity: 'degraded',
    text: ({ probe }) => (probe?.degraded?.some((each) => each === part) === true ? text : undefined),
    next: 'requests go on without it; codex-ops doctor looks at disk, permissions and databases, and the log of the proxy says what failed',
  })),
  {
    id: 'tool_buffer_anomaly',
    severity: 'degraded',
    text: ({ tool_buffer: buffer }) =>
      buffer?.anomaly === true ? 'a textual tool call was cut or nested within the last two minutes' : undefined,
    next: 'codex-ops metrics tool_buffer shows the reasons; clients got the text as it was',
  },
  {
    id: 'disk_scarce',
    severity: 'degraded',
    text: ({ disk }) =>
      disk !== null && disk.free_bytes < SCARCE_BYTES
        ? `only ${formatBytes(disk.free_bytes)} are free for ${printable(disk.state_dir)}`
        : undefined,
    next: 'make room: logs, traces and run events will be lost; codex-ops doctor says what may grow by how much',
  },
  {
    id: 'some_requests_failed',
    severity: 'note',
    text: (seen) => failureText(seen, 'note'),
    next: whereFailuresAre,
  },
  {
    id: 'queue',
    severity: 'note',
    text: ({ worker }) =>
      worker !== null && worker.queue_depth > 0
        ? `${counted(worker.queue_depth, 'request')} ${worker.queue_depth === 1 ? 'waits' : 'wait'} for a worker slot; ${worker.inflight} ${worker.inflight === 1 ? 'is' : 'are'} served`
        : undefined,
    next: 'if it stays so, WORKER_MAX_CONCURRENCY is what is served at once',
  },
  {
    id: 'losses',
    severity: 'note',
    text: ({ losses }) => {
      const { log_records: logs = 0, run_events: events = 0, traces = 0 } = losses ?? {};
      if (logs + events + traces === 0) return undefined;
      return `since the proxy started, ${counted(logs, 'log record')}, ${counted(events, 'run event')} and ${counted(traces, 'trace')} were lost`;
    },
    next: 'codex-ops metrics dropped,write_errors shows where',
  },
  {
    id: 'archive_due',
    severity: 'note',
    text: ({ archive }) => {
      if (archive === null || archive.agent_logs_bytes <= SERVICE_THRESHOLDS.agentLogsBytes) return undefined;
      const last = archive.age_seconds === null ? 'nothing was archived yet' : `the last archive is ${formatAge(archive.age_seconds)} old`;
      return `agent logs take ${formatBytes(archive.agent_logs_bytes)}, and ${last}`;
    },
    next: 'codex-ops archive run archives them now',
  },
];

function lastEnd({ last_exit_code: exitCode }: ProbeBody): string {
  if (exitCode === undefined) return 'did not start';
  return exitCode === null ? 'was ended by a signal' : `ended with exit code ${exitCode}`;
}

function streak({ restart_streak: count = 0 }: ProbeBody): string {
  return count > 1 ? `, ${count} times in a row` : '';
}

function maintenanceText(state: Observation['maintenance']): string {
  const { author, reason, expires_at: expiresAt } = state ?? {};
  const who = author === undefined ? 'maintenance mode is on' : `${printable(author)} switched maintenance mode on`;
  const why = reason === undefined || reason === '' ? '' : ` (${printable(reason)})`;
  return `${who}${why}: requests get 503${expiresAt === undefined ? '' : `, until ${expiresAt}`}`;
}
