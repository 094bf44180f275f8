import type { CommandDefinition } from './command.ts';
import { REDACT } from './redact.ts';

/** Every command of `codex-ops`, in the order in which help lists them. */
export const COMMANDS: readonly CommandDefinition[] = [REDACT];
