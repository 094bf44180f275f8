import { ERROR_CODES, LOG_EVENTS, RUN_EVENT_TYPES } from '@codex-proxy/contracts';
import { COMMAND_GROUPS, COMMANDS } from '../command/commands.ts';
import type { Action } from '../command/command.ts';
import { EXIT } from '../errors.ts';
import { print } from '../terminal/print.ts';
import { alertNames } from '../evidence/alert-rule.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { vocabularyOf, type KnownNames, type Vocabulary } from './vocabulary.ts';
import { zshScript } from './zsh.ts';

/** `codex-ops completion bash`. */
export const bashCompletionAction: Action = printing(bashScript);

/** `codex-ops completion zsh`. */
export const zshCompletionAction: Action = printing(zshScript);

/** `codex-ops completion fish`. */
export const fishCompletionAction: Action = printing(fishScript);

function printing(script: (vocabulary: Vocabulary) => string): Action {
  return async (_values, { stdout }) => {
    await print(stdout, script(vocabularyOf(COMMANDS, COMMAND_GROUPS, knownNames())));
    return EXIT.done;
  };
}

/** Of alerts, those of this checkout. */
function knownNames(): KnownNames {
  return {
    alert: alertNames(),
    event: Object.keys(LOG_EVENTS),
    'error code': Object.keys(ERROR_CODES),
    'run event type': Object.keys(RUN_EVENT_TYPES),
  };
}
