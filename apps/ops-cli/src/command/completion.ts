import type { CommandDefinition, CommandExample } from './command.ts';

function completion(shell: string, load: CommandDefinition['load'], examples: readonly CommandExample[]): CommandDefinition {
  return {
    name: `completion ${shell}`,
    summary: `a script that has ${shell} complete commands, options and their values`,
    description: ['It is printed; where it has to go is up to the shell. After an upgrade it is to be printed anew.'],
    options: [],
    examples,
    exitCodes: [
      { code: 0, description: 'done' },
      { code: 2, description: 'usage: an unknown option' },
    ],
    load,
  };
}

export const COMPLETION_BASH = completion('bash', async () => (await import('../completion/completion-action.ts')).bashCompletionAction, [
  { line: 'source <(codex-ops completion bash)', description: 'In this shell.' },
  {
    line: 'codex-ops completion bash > ~/.local/share/bash-completion/completions/codex-ops',
    description: 'In all that are opened from now on.',
  },
]);

export const COMPLETION_ZSH = completion('zsh', async () => (await import('../completion/completion-action.ts')).zshCompletionAction, [
  { line: 'source <(codex-ops completion zsh)', description: 'In this shell, behind compinit.' },
  { line: 'codex-ops completion zsh > "${fpath[1]}/_codex-ops"', description: 'In all that are opened from now on.' },
]);

export const COMPLETION_FISH = completion('fish', async () => (await import('../completion/completion-action.ts')).fishCompletionAction, [
  { line: 'codex-ops completion fish > ~/.config/fish/completions/codex-ops.fish', description: 'From now on.' },
]);
