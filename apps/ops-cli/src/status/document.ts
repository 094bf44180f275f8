import type { MaintenanceState, ProbeBody } from '@codex-proxy/contracts';
import type { ProxyFailure } from '../proxy-client/errors.ts';
import type { Traffic } from './traffic.ts';

/** `unhealthy`: it does not serve. `maintenance`: it refuses, as an operator wished. `degraded`: it serves, and something needs a look. */
export const VERDICTS = ['healthy', 'degraded', 'maintenance', 'unhealthy'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Something that is so, what it means and what to do. `note`: nothing is wrong. */
export interface Finding {
  readonly id: string;
  readonly severity: 'unhealthy' | 'maintenance' | 'degraded' | 'note';
  readonly text: string;
  readonly next: string;
}

/** Something that could not be seen. */
export interface Unseen {
  readonly what: 'probes' | 'metrics' | 'maintenance' | 'trace_buffer' | 'state_dir';
  readonly failure: ProxyFailure | 'missing';
  readonly why: string;
}

/** All that was seen of a proxy at one moment, in the names that `--json` has. What was not seen is null. */
export interface Observation {
  readonly url: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Why only a restart mends the process; null while it works, and where it was not seen. */
  readonly liveness_failure: string | null;
  readonly probe: ProbeBody | null;
  readonly worker: WorkerNumbers | null;
  readonly traffic: Traffic | null;
  readonly losses: Losses | null;
  readonly tool_buffer: { readonly anomaly: boolean; readonly aborted: number } | null;
  readonly maintenance: MaintenanceState | null;
  readonly trace_buffer: TraceBufferNumbers | null;
  readonly archive: ArchiveNumbers | null;
  readonly disk: Disk | null;
  readonly process: ProcessNumbers | null;
  readonly unseen: readonly Unseen[];
}

export interface WorkerNumbers {
  readonly inflight: number;
  readonly queue_depth: number;
  readonly streams_active: number;
  /** Since the proxy started. */
  readonly restarts: number;
  readonly recycles: number;
  readonly rss_bytes: number;
  readonly log_db_bytes: number;
}

/** Since the proxy started. */
export interface Losses {
  readonly log_records: number;
  readonly run_events: number;
  readonly traces: number;
}

export interface TraceBufferNumbers {
  /** Null where the admin token is missing. */
  readonly enabled: boolean | null;
  readonly entries: number;
  readonly max_files: number | null;
}

export interface ArchiveNumbers {
  /** Rows of agent_logs that are not archived. */
  readonly agent_logs_bytes: number;
  /** Null before the first. */
  readonly last_success_at: string | null;
  readonly age_seconds: number | null;
}

export interface Disk {
  readonly state_dir: string;
  readonly used_bytes: number;
  readonly free_bytes: number;
}

export interface ProcessNumbers {
  readonly version: string;
  readonly codex_version: string;
  readonly uptime_seconds: number;
  readonly rss_bytes: number;
}

/** What `codex-ops status --json` prints. */
export interface StatusDocument extends Observation {
  readonly version: 1;
  readonly verdict: Verdict;
  /** The verdict in one sentence. */
  readonly sentence: string;
  /** The gravest first. */
  readonly findings: readonly Finding[];
}
