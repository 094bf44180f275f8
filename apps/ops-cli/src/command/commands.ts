import type { CommandDefinition, CommandGroup } from './command.ts';
import { DOCTOR } from './doctor.ts';
import { LOGS } from './logs.ts';
import { REDACT } from './redact.ts';
import { TRACE } from './trace.ts';
import { VALIDATE } from './validate.ts';

/** Every command of `codex-ops`, in the order in which help lists them. Those of a group stand together. */
export const COMMANDS: readonly CommandDefinition[] = [TRACE, LOGS, DOCTOR, VALIDATE, REDACT];

/** The first words that several commands share: one row for each. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [];
