import { createAgentLogStore, type AgentLogStore } from '@codex-proxy/scale-trace';
import type { StateDb } from '@codex-proxy/state-db';
import { AgentLog } from '../observe/agent-log.ts';
import type { AgentLogObserver } from '../observe/agent-log-observer.ts';
import { RunAdmission } from '../runs/run-admission.ts';
import { RUNS_PER_SECOND } from './open-run-record.ts';
import type { Secrecy } from './secrecy.ts';
import type { Telemetry } from './telemetry.ts';

/** Half of what the database's queue holds: the other half is for run events alone. */
const MAX_QUEUED_ROWS = 25_000;

export interface AgentLogStoreParts {
  readonly stateDb: StateDb;
  readonly secrecy: Secrecy;
  readonly observer: AgentLogObserver;
}

/** The table in a database that may be closed: rows are then counted as lost. */
export function openAgentLogStore({ stateDb, secrecy, observer }: AgentLogStoreParts): AgentLogStore {
  const { rules = [], safeKeys = [], secretKeys = [], contentKeys = [] } = secrecy.rules;
  return createAgentLogStore({
    stateDb,
    redaction: { rules, safeKeys, secretKeys, contentKeys },
    maxQueuedRows: MAX_QUEUED_ROWS,
    onDropped: observer.onDropped,
  });
}

export interface AgentLogParts {
  readonly store: AgentLogStore;
  readonly secrecy: Secrecy;
  readonly telemetry: Telemetry;
  readonly observer: AgentLogObserver;
  readonly isFull: () => boolean;
  readonly monotonicMs: () => number;
}

export function openAgentLog({ store, secrecy, telemetry, observer, isFull, monotonicMs }: AgentLogParts): AgentLog {
  return new AgentLog({
    store,
    admission: new RunAdmission(RUNS_PER_SECOND, monotonicMs),
    hide: secrecy.hide,
    context: () => telemetry.context.get()?.ids,
    isFull,
    onDropped: observer.onDropped,
  });
}
