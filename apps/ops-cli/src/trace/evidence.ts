import type { JsonRecord } from '../json/record.ts';

/** Where something about a request was found. */
export type SourceName = 'access' | 'proto' | 'usage' | 'log' | 'trace_buffer' | 'run_events' | 'agent_logs' | 'archive';

/** All that was found of one request, as it was written, each list in the order in which it was written. */
export interface Evidence {
  /** Terminal records: one, unless something went wrong. */
  readonly access: readonly JsonRecord[];
  readonly usage: readonly JsonRecord[];
  /** `rpc_frame` records. */
  readonly frames: readonly JsonRecord[];
  /** Whether the proxy's own log was given; without it `log` and `lifeCycle` are empty. */
  readonly hasLog: boolean;
  /** Records of that log that name the request. */
  readonly log: readonly JsonRecord[];
  /** Its records about the worker, maintenance and the proxy itself, whatever the time. */
  readonly lifeCycle: readonly JsonRecord[];
  /** The trace artifact. */
  readonly artifact: JsonRecord | undefined;
  /** Row of `runs`. */
  readonly run: JsonRecord | undefined;
  /** Rows of `run_events`, `payload` parsed. */
  readonly runEvents: readonly JsonRecord[];
  /** Rows of `agent_logs`, from the table. */
  readonly agentLogs: readonly JsonRecord[];
  /** Rows of it about the worker alone, written while those were. */
  readonly workerLogs: readonly JsonRecord[];
  /** The same as `agentLogs`, from archives. */
  readonly archived: readonly JsonRecord[];
}

/** What was looked at for one source. */
export interface Searched {
  readonly source: SourceName;
  /** What was to be there. */
  readonly path: string;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Records of the request that were found there. */
  readonly records: number;
}
