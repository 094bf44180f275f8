import { COMMAND_GROUPS, COMMANDS, runCli, type CommandDefinition } from '@codex-proxy/ops-cli';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { bashScript } from '../../src/completion/bash.ts';
import { fishScript } from '../../src/completion/fish.ts';
import { vocabularyOf } from '../../src/completion/vocabulary.ts';
import { zshScript } from '../../src/completion/zsh.ts';
import { createTerminal } from '../support/terminal.ts';

const ODD: CommandDefinition = {
  name: 'whales',
  summary: "it's odd: [very]",
  description: [],
  arguments: [{ placeholder: 'FILE', description: 'a file' }],
  options: [{ kind: 'flag', name: 'all', description: "it's [all]: of $them" }],
  examples: [],
  exitCodes: [],
  load: () => Promise.resolve(() => Promise.resolve(0)),
};

describe.each(['bash', 'zsh', 'fish'])('the script for %s', (shell) => {
  it('has every command, option and value', async () => {
    const terminal = createTerminal();
    expect(await runCli(['completion', shell], terminal)).toBe(0);
    const { out } = terminal.printed;
    for (const { name, options } of COMMANDS) {
      for (const word of name.split(' ')) expect(out).toContain(word);
      for (const option of options) {
        expect(out).toContain(shell === 'fish' ? `-l ${option.name} ` : `--${option.name}`);
        if ('names' in option)
          expect(out).toContain(
            { alert: 'CodexProxyDown', event: 'request_completed', 'error code': 'queue_full', 'run event type': 'tool_call' }[
              option.names
            ],
          );
        if (option.kind === 'choice') expect(out).toContain(option.accepted.map(({ value }) => value).join(' '));
      }
    }
    for (const { name } of COMMAND_GROUPS) expect(out).toContain(name);
  });
});

const NAMES = { alert: [], event: [], 'error code': [], 'run event type': [] };

it('zsh takes values behind an =, lists with commas, and options behind an id', () => {
  const script = zshScript(vocabularyOf(COMMANDS, COMMAND_GROUPS, { ...NAMES, 'run event type': ['note', 'error'] }));
  expect(script).toContain("'--check=[");
  expect(script).toMatch(/'runs events'\) _arguments .*'--types=\[[^\]]*\]:value:_values -s , value note error' .*'\*:id: ' ;;/);
  expect(script).toMatch(/'runs list'\) _arguments [^\n]*'--help\[print help\]' ;;/);
});

describe('what is said of an option', () => {
  const vocabulary = vocabularyOf([ODD], [], NAMES);

  it('stays a text in zsh', () => {
    expect(zshScript(vocabulary)).toContain(String.raw`_arguments '--all[it'\''s \[all\]: of $them]' '--help[print help]' '*:file:_files'`);
    expect(zshScript(vocabulary)).toContain(String.raw`'whales:it'\''s odd: [very]'`);
  });

  it('stays a text in fish', () => {
    expect(fishScript(vocabulary)).toContain(String.raw`-n '__codex_ops_at whales' -l all -d 'it\'s [all]: of $them'`);
    expect(fishScript(vocabulary)).toContain(`-n '__codex_ops_at whales' -F\n`);
  });

  it('is left out in bash, which can read all of it', () => {
    const { status, stderr } = spawnSync('bash', ['-n'], {
      input: bashScript(vocabularyOf([...COMMANDS, ODD], COMMAND_GROUPS, NAMES)),
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
