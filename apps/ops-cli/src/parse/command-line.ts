import { Command, CommanderError, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import type { CommandDefinition, OptionDefinition, OptionValues } from '../command/command.ts';
import { EXIT } from '../errors.ts';
import { describeOption, optionFlags, sectionsOf } from '../help/sections.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';

/** What a command line asks for; or, when it was answered already (help, version, a mistake), how the process ends. */
export type Call = { readonly command: CommandDefinition; readonly values: OptionValues } | { readonly exitCode: number };

/** Reads a command line by the table of commands. Help, the version and mistakes are written to the terminal. */
export function parseCommandLine(args: readonly string[], commands: readonly CommandDefinition[], terminal: Terminal): Call {
  let call: Call = { exitCode: EXIT.usage };
  const program = createProgram(terminal);
  for (const command of commands) {
    const parser = program.command(command.name).summary(command.summary).description(command.description.join('\n\n'));
    parser.allowExcessArguments(false).configureOutput({ outputError: mistakeWriter(`codex-ops ${command.name} --help`) });
    for (const option of command.options) parser.addOption(parserOption(option));
    parser.addHelpText('after', ({ error }) => sections(command, terminal, error));
    parser.action((given: Record<string, unknown>) => {
      call = { command, values: createValues(command.options, given, terminal.environment) };
    });
  }
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { exitCode: error.exitCode === 0 ? EXIT.done : EXIT.usage };
  }
  return call;
}

function createProgram({ stdout, stderr, environment }: Terminal): Command {
  return new Command('codex-ops')
    .description('The hand tool of the on-call engineer: see, degrade, triage and prove, from the command line.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureHelp({
      minWidthToWrap: NARROWEST,
      optionDescription: ({ description }) => description,
      styleTitle: (title) => styleText('bold', title, { validateStream: false }),
    })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? PLAIN_WIDTH,
      getErrHelpWidth: () => stderr.columns ?? PLAIN_WIDTH,
      getOutHasColors: () => hasColour(stdout, environment),
      getErrHasColors: () => hasColour(stderr, environment),
      outputError: mistakeWriter('codex-ops --help'),
    });
}

/** For help that no terminal shows. */
const PLAIN_WIDTH = 100;
/** Below this a column is not broken any more. */
const NARROWEST = 20;

function sections(command: CommandDefinition, { stdout, stderr }: Terminal, isError: boolean): string {
  const width = (isError ? stderr : stdout).columns ?? PLAIN_WIDTH;
  return sectionsOf(command, width, (title) => styleText('bold', title, { validateStream: false }));
}

/** A mistake as a sentence of ours, without what was given in the wrong place: it may be a secret. */
function mistakeWriter(help: string): (text: string, write: (text: string) => void) => void {
  return (text, write) => {
    const mistake = text
      .replace(/^error: /, '')
      .replace(/(option '--?[^'=]*)=[^']*'/, "$1'")
      .replace(/(^too many arguments for '[^']*').*/s, '$1: it takes none\n');
    write(`codex-ops: ${mistake}Try '${help}'.\n`);
  };
}

function parserOption(option: OptionDefinition): Option {
  const parsed = new Option(optionFlags(option), describeOption(option));
  if (option.kind === 'choice') {
    parsed.choices(option.accepted.map(({ value }) => value));
  }
  return parsed;
}

function createValues(
  options: readonly OptionDefinition[],
  given: Readonly<Record<string, unknown>>,
  environment: Terminal['environment'],
): OptionValues {
  return {
    flag: (name) => given[name] === true,
    text(name) {
      const value = given[name];
      if (typeof value === 'string') return value;
      const option = options.find((candidate) => candidate.name === name);
      if (option?.kind === 'choice') return option.default;
      const inherited = option?.kind === 'file' && option.environment !== undefined ? environment[option.environment] : undefined;
      return inherited === '' ? undefined : inherited;
    },
  };
}

function version(): string {
  const file: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof file === 'object' && file !== null && 'version' in file ? String(file.version) : 'unknown';
}
