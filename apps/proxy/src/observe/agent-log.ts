import { LOG_EVENTS, type LogEventName, type LogFields, type LogLevel } from '@codex-proxy/contracts';
import type { Logger } from '@codex-proxy/logging';
import type { AgentLogStore } from '@codex-proxy/scale-trace';
import type { RunAdmission } from '../runs/run-admission.ts';
import { hideInRecord } from './known-secrets.ts';

export interface AgentLogParts {
  readonly store: Pick<AgentLogStore, 'append'>;
  readonly admission: RunAdmission;
  /** Takes this proxy's own keys out of a text; the store does the rest. */
  readonly hide: (text: string) => string;
  /** Ids of the request that is being served. */
  readonly context: () => LogFields | undefined;
  /** Whether the table may not grow just now. */
  readonly isFull: () => boolean;
  readonly onDropped: (reason: string) => void;
}

const RUN_ROUTE = '/v1/chat/completions';
/** Requests that have ended and of which something may still be logged. */
const RECENT = 1_000;
/** The stream tells each of its chunks at these levels. */
const PER_CHUNK: readonly LogLevel[] = ['trace', 'debug'];

/**
 * Chooses what goes into `agent_logs`, whatever LOG_LEVEL is: all that is logged of the worker, and of each run that is admitted all
 * from its first line to its terminal record and after, other than of single chunks. A run is kept whole or not at all.
 */
export class AgentLog {
  readonly #parts: AgentLogParts;
  readonly #open = new Set<string>();
  readonly #recent = new Set<string>();

  constructor(parts: AgentLogParts) {
    this.#parts = parts;
  }

  /** Nothing here waits or throws. */
  note(event: LogEventName, fields: LogFields = {}, level: LogLevel = LOG_EVENTS[event].level): void {
    const { component } = LOG_EVENTS[event];
    if (component === 'worker') return this.#append(event, fields, level, undefined);
    if (PER_CHUNK.includes(level)) return;
    const runId = fields.request_id ?? this.#parts.context()?.request_id;
    if (runId === undefined) return;
    if (event === 'request_received') this.#begin(runId, fields.route);
    if (this.#open.has(runId) || this.#recent.has(runId)) this.#append(event, fields, level, runId);
    if (event === 'request_completed') this.#end(runId);
  }

  #begin(runId: string, route: string | undefined): void {
    if (route !== RUN_ROUTE) return;
    if (this.#parts.admission.admit()) this.#open.add(runId);
    else this.#parts.onDropped('rate');
  }

  #end(runId: string): void {
    if (!this.#open.delete(runId)) return;
    this.#recent.add(runId);
    const [oldest] = this.#recent;
    if (this.#recent.size > RECENT && oldest !== undefined) this.#recent.delete(oldest);
  }

  #append(event: LogEventName, fields: LogFields, level: LogLevel, runId: string | undefined): void {
    const { store, hide, isFull, onDropped } = this.#parts;
    if (isFull()) return onDropped('table_full');
    const { message, request_id: _request, run_id: _run, ...payload } = hideInRecord(fields, hide);
    store.append({ runId, source: LOG_EVENTS[event].component, level, event, message, payload });
  }
}

/** A logger whose lines go to the agent log too. */
export function teeAgentLog(logger: Logger, agentLog: AgentLog): Logger {
  return {
    event: (name, fields, level) => {
      logger.event(name, fields, level);
      agentLog.note(name, fields, level);
    },
    isEnabled: (name, level) => logger.isEnabled(name, level),
    get level() {
      return logger.level;
    },
    set level(next) {
      logger.level = next;
    },
  };
}
