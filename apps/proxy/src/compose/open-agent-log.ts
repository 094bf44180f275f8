import { createAgentLogStore } from '@codex-proxy/scale-trace';
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
  readonly telemetry: Telemetry;
  readonly observer: AgentLogObserver;
  readonly isFull: () => boolean;
  readonly monotonicMs: () => number;
}

/** The agent log in a database that may be closed: rows are then counted as lost. */
export function openAgentLog({ stateDb, secrecy, telemetry, observer, isFull, monotonicMs }: AgentLogStoreParts): AgentLog {
  const { rules = [], safeKeys = [], secretKeys = [], contentKeys = [] } = secrecy.rules;
  return new AgentLog({
    store: createAgentLogStore({
      stateDb,
      redaction: { rules, safeKeys, secretKeys, contentKeys },
      maxQueuedRows: MAX_QUEUED_ROWS,
      onDropped: observer.onDropped,
    }),
    admission: new RunAdmission(RUNS_PER_SECOND, monotonicMs),
    hide: secrecy.hide,
    context: () => telemetry.context.get()?.ids,
    isFull,
    onDropped: observer.onDropped,
  });
}
