import { COMMANDS, runCli, type CommandDefinition } from '@codex-proxy/ops-cli';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './support/folder.ts';
import { createTerminal } from './support/terminal.ts';

const codesOf = ({ exitCodes }: CommandDefinition): readonly number[] => exitCodes.map(({ code }) => code);
const has = (command: CommandDefinition, option: string): boolean => command.options.some(({ name }) => name === option);
/** What a command cannot be called without. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  trace: ['--req-id', 'req_none'],
  'runs events': ['req_none'],
  'trace-buffer show': ['req_none'],
  'archive verify': ['none.json.gz'],
  'archive restore': ['none.json.gz', '--stdout'],
};
const argumentsOf = ({ name }: CommandDefinition): readonly string[] => [...name.split(' '), ...(NEEDED[name] ?? [])];

async function exitOf(args: readonly string[]): Promise<number> {
  return runCli(args, createTerminal());
}

describe.each(COMMANDS.map((command) => [command.name, command] as const))('the help of %s tells the truth', (_name, command) => {
  it('of a call that it does not know', async () => {
    expect(codesOf(command)).toContain(2);
    expect(await exitOf([...argumentsOf(command), '--whales'])).toBe(2);
  });
});

// Evidence is left by a proxy that is down too, and smoke has a test of its own.
const online = COMMANDS.filter((command) => has(command, 'url') && !['evidence capture', 'smoke'].includes(command.name));

describe.each(online.map((command) => [command.name, command] as const))('%s of a proxy', (_name, command) => {
  it('that is not there ends with 1, as its help says', async () => {
    expect(codesOf(command)).toContain(1);
    expect(await exitOf([...argumentsOf(command), '--url', 'http://127.0.0.1:1', '--state-dir', temporaryFolder()])).toBe(1);
  });

  it('at what is no address ends with 2', async () => {
    expect(await exitOf([...argumentsOf(command), '--url', 'whales'])).toBe(2);
  });
});

const offline = COMMANDS.filter((command) => has(command, 'state-dir') && !has(command, 'url') && command.name !== 'doctor');

it.each(offline.map((command) => [command.name, command] as const))(
  '%s of a folder that is not there ends with 1, as its help says',
  async (_name, command) => {
    expect(codesOf(command)).toContain(1);
    expect(await exitOf([...argumentsOf(command), '--state-dir', join(temporaryFolder(), 'none')])).toBe(1);
  },
);
