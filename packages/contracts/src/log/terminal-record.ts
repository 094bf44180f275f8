import type { LogFields, Outcome } from './log-fields.ts';

/**
 * What is known of a request when it has ended, in the names of the log schema. Made exactly once a request; the egress log
 * line, `access.ndjson`, `usage.ndjson` and the HTTP and stream metrics all come from it.
 */
export interface TerminalRecord extends LogFields {
  request_id: string;
  run_id: string;
  route: string;
  method: string;
  status: number;
  outcome: Outcome;
  latency_ms: number;
  worker_state: string;
  restart_count: number;
  maintenance_mode: boolean;
}
