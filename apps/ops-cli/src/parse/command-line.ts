import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import type { CommandDefinition, CommandGroup, OptionValues } from '../command/command.ts';
import { EXIT } from '../errors.ts';
import { sectionsOf } from '../help/sections.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';
import { createArgumentParser, createOptionParser, createValues } from './option-parser.ts';

/** What a command line asks for; or, when it was answered already (help, version, a mistake), how the process ends. */
export type Call = { readonly command: CommandDefinition; readonly values: OptionValues } | { readonly exitCode: number };

export interface CommandTable {
  readonly commands: readonly CommandDefinition[];
  readonly groups: readonly CommandGroup[];
}

/** Reads a command line by the table of commands. Help, the version and mistakes are written to the terminal. */
export function parseCommandLine(args: readonly string[], { commands, groups }: CommandTable, terminal: Terminal): Call {
  let call: Call = { exitCode: EXIT.usage };
  const program = createProgram(terminal);
  const parents = new Map<string, Command>();
  for (const command of commands) {
    const words = command.name.split(' ');
    const parent = words.length === 1 ? program : (parents.get(words[0] ?? '') ?? addGroup(program, groups, words[0] ?? ''));
    if (parent !== program) parents.set(parent.name(), parent);
    const parser = parent.command(words.at(-1) ?? '');
    parser.summary(command.summary).description(command.description.join('\n\n')).allowExcessArguments(false);
    parser.configureOutput({ outputError: mistakeWriter(`codex-ops ${command.name} --help`) });
    for (const argument of command.arguments ?? []) parser.addArgument(createArgumentParser(argument));
    const options = command.options.map((option) => ({ option, parser: createOptionParser(option) }));
    for (const each of options) {
      if ('isRequired' in each.option) each.parser.makeOptionMandatory();
      parser.addOption(each.parser);
    }
    parser.addHelpText('after', ({ error }) => sections(command, terminal, error));
    parser.action(() => {
      const attributes = new Map(options.map((each) => [each.option.name, each.parser.attributeName()]));
      const given = {
        option: (name: string): unknown => parser.getOptionValue(attributes.get(name) ?? ''),
        arguments: parser.processedArgs,
      };
      call = { command, values: createValues(command.options, command.arguments ?? [], given, terminal.environment) };
    });
  }
  if (args[0] === 'help' && args[1] !== undefined && !program.commands.some((each) => each.name() === args[1])) {
    // The library answers with the help of everything, and does not say why.
    return parseCommandLine(args.slice(1), { commands, groups }, terminal);
  }
  try {
    program.parse(args[0] === 'help' && args.length > 2 ? [...args.slice(1), '--help'] : args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { exitCode: error.exitCode === 0 ? EXIT.done : EXIT.usage };
  }
  return call;
}

function addGroup(program: Command, groups: readonly CommandGroup[], name: string): Command {
  const summary = groups.find((group) => group.name === name)?.summary ?? '';
  const parser = program
    .command(name)
    .summary(summary)
    .description(`${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`);
  return parser.configureOutput({ outputError: mistakeWriter(`codex-ops ${name} --help`) });
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
      .replace(/(^too many arguments for '[^']*').*Expected (\d+).*/s, (_all, command: string, most: string) => {
        return `${command}: it takes ${most === '0' ? 'none' : most}\n`;
      });
    write(`codex-ops: ${mistake}Try '${help}'.\n`);
  };
}

function version(): string {
  const file: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof file === 'object' && file !== null && 'version' in file ? String(file.version) : 'unknown';
}
