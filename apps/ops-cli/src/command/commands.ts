import { ARCHIVE_LIST, ARCHIVE_RESTORE, ARCHIVE_RUN, ARCHIVE_VERIFY } from './archive.ts';
import type { CommandDefinition, CommandGroup } from './command.ts';
import { COMPLETION_BASH, COMPLETION_FISH, COMPLETION_ZSH } from './completion.ts';
import { DOCTOR } from './doctor.ts';
import { EVIDENCE_CAPTURE } from './evidence.ts';
import { LOGS } from './logs.ts';
import { MAINTENANCE_OFF, MAINTENANCE_ON, MAINTENANCE_STATUS } from './maintenance.ts';
import { METRICS } from './metrics.ts';
import { REDACT } from './redact.ts';
import { RUNS_EVENTS, RUNS_LIST } from './runs.ts';
import { SMOKE } from './smoke.ts';
import { STATUS } from './status.ts';
import { TRACE_BUFFER_DISABLE, TRACE_BUFFER_ENABLE, TRACE_BUFFER_LIST, TRACE_BUFFER_PURGE, TRACE_BUFFER_SHOW } from './trace-buffer.ts';
import { TRACE } from './trace.ts';
import { VALIDATE } from './validate.ts';
import { WORKER_RECYCLE } from './worker.ts';

/** Every command of `codex-ops`, in the order in which help lists them. Those of a group stand together. */
export const COMMANDS: readonly CommandDefinition[] = [
  STATUS,
  TRACE,
  LOGS,
  METRICS,
  RUNS_LIST,
  RUNS_EVENTS,
  MAINTENANCE_ON,
  MAINTENANCE_OFF,
  MAINTENANCE_STATUS,
  TRACE_BUFFER_LIST,
  TRACE_BUFFER_SHOW,
  TRACE_BUFFER_ENABLE,
  TRACE_BUFFER_DISABLE,
  TRACE_BUFFER_PURGE,
  WORKER_RECYCLE,
  ARCHIVE_RUN,
  ARCHIVE_LIST,
  ARCHIVE_VERIFY,
  ARCHIVE_RESTORE,
  SMOKE,
  EVIDENCE_CAPTURE,
  DOCTOR,
  VALIDATE,
  REDACT,
  COMPLETION_BASH,
  COMPLETION_ZSH,
  COMPLETION_FISH,
];

/** The first words that several commands share: one row for each. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  {
    name: 'runs',
    summary: 'what requests had the worker do (those that were refused before have no run): list runs, see and follow their events',
  },
  { name: 'maintenance', summary: 'refuse requests for a while: switch it on and off, see it' },
  { name: 'trace-buffer', summary: 'JSON-RPC traces of requests: capture, list, show and remove them' },
  { name: 'worker', summary: 'the Codex worker: replace it' },
  { name: 'archive', summary: 'archives of agent logs: make, list, verify and restore them' },
  { name: 'evidence', summary: 'what an incident or a drill is to leave behind' },
  { name: 'completion', summary: 'scripts that have a shell complete commands and options' },
];
