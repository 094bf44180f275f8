import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import type { CommandDefinition, CommandGroup, OptionValues } from '../command/command.ts';
import { EXIT } from '../errors.ts';
import { sectionsOf } from '../help/sections.ts';
import { definition } from '../text/definition.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';
import { createArgumentParser, createOptionParser, createValues } from './option-parser.ts';

/**
 * What a command line asks for; or, when it was answered already (help, version) or is a mistake, how the process ends. A mistake is told in
 * whole lines, and may quote what was given.
 */
export type Call =
  { readonly command: CommandDefinition; readonly values: OptionValues } | { readonly exitCode: number; readonly mistake?: string };

export interface CommandTable {
  readonly commands: readonly CommandDefinition[];
  readonly groups: readonly CommandGroup[];
}

/** Reads a command line by the table of commands. Help and the version are written to the terminal. */
export function parseCommandLine(given: readonly string[], { commands, groups }: CommandTable, terminal: Terminal): Call {
  let call: Call = { exitCode: EXIT.usage };
  let mistake: string | undefined;
  const tell = (help: string) => (text: string) => (mistake = mistakeText(text, help));
  const program = createProgram(terminal, tell('codex-ops --help'));
  const parents = new Map<string, Command>();
  for (const command of commands) {
    const words = command.name.split(' ');
    const parent = words.length === 1 ? program : (parents.get(words[0] ?? '') ?? addGroup(program, groups, words[0] ?? '', tell));
    if (parent !== program) parents.set(parent.name(), parent);
    const parser = parent.command(words.at(-1) ?? '');
    parser.summary(command.summary).description(command.description.join('\n\n')).allowExcessArguments(false);
    parser.configureOutput({ outputError: tell(`codex-ops ${command.name} --help`) });
    for (const argument of command.arguments ?? []) parser.addArgument(createArgumentParser(argument));
    const options = command.options.map((option) => ({ option, parser: createOptionParser(option) }));
    for (const each of options) parser.addOption(each.parser);
    parser.addHelpText('after', ({ error }) => sections(command, terminal, error));
    parser.action(() => {
      // Not the library's word for it: that comes before the option is told that was mistyped.
      const missing = options.find(
        (each) => 'isRequired' in each.option && parser.getOptionValue(each.parser.attributeName()) === undefined,
      );
      if (missing !== undefined) parser.error(`error: required option '${missing.parser.flags}' not specified`);
      const attributes = new Map(options.map((each) => [each.option.name, each.parser.attributeName()]));
      const taken = {
        option: (name: string): unknown => parser.getOptionValue(attributes.get(name) ?? ''),
        arguments: parser.processedArgs,
      };
      call = { command, values: createValues(command.options, command.arguments ?? [], taken, terminal.environment) };
    });
  }
  const args = withoutVainHelp(asHelpOption(given, groups), commands);
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { exitCode: EXIT.done };
    return mistake === undefined ? { exitCode: EXIT.usage } : { exitCode: EXIT.usage, mistake };
  }
  return call;
}

const HELP = ['-h', '--help'];

/** `help runs list` and `runs help list` as `runs list --help`. */
function asHelpOption(args: readonly string[], groups: readonly CommandGroup[]): readonly string[] {
  const [first, second, ...rest] = args;
  if (first === 'help' && second !== undefined) return [second, ...rest, '--help'];
  if (second === 'help' && groups.some(({ name }) => name === first)) return [first ?? '', ...rest, '--help'];
  return args;
}

/** Of a command that is not there, the library answers with the help of what is around it, and does not say why. */
function withoutVainHelp(args: readonly string[], commands: readonly CommandDefinition[]): readonly string[] {
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  const named = commands.filter(({ name }) => name.split(' ')[0] === first).map(({ name }) => name);
  const isGroup = !named.includes(first ?? '');
  const isKnown = first === undefined || (named.length > 0 && (!isGroup || second === undefined || named.includes(`${first} ${second}`)));
  return isKnown || first === 'help' ? args : args.filter((arg) => !HELP.includes(arg));
}

type Tell = (help: string) => (text: string) => void;

function addGroup(program: Command, groups: readonly CommandGroup[], name: string, tell: Tell): Command {
  const summary = groups.find((group) => group.name === name)?.summary ?? '';
  const parser = program
    .command(name)
    .summary(summary)
    .description(`${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`);
  return parser.configureOutput({ outputError: tell(`codex-ops ${name} --help`) });
}

function createProgram({ stdout, stderr, environment }: Terminal, outputError: (text: string) => void): Command {
  return new Command('codex-ops')
    .description('The hand tool of the on-call engineer: see, degrade, triage and prove, from the command line.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureHelp({
      minWidthToWrap: NARROWEST,
      formatItem: (term, termWidth, description, { helpWidth = PLAIN_WIDTH }) =>
        definition(term, termWidth + GAPS, description, helpWidth)
          .join('\n')
          .trimEnd(),
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
      outputError,
    });
}

/** For help that no terminal shows. */
const PLAIN_WIDTH = 100;
/** Before a term, and behind it. */
const GAPS = 4;
/** Below this a text is not broken any more. */
const NARROWEST = 20;

function sections(command: CommandDefinition, { stdout, stderr }: Terminal, isError: boolean): string {
  const width = (isError ? stderr : stdout).columns ?? PLAIN_WIDTH;
  return sectionsOf(command, width, (title) => styleText('bold', title, { validateStream: false }));
}

/** A mistake as a sentence of ours, without what was given in the wrong place: it may be a secret. */
function mistakeText(text: string, help: string): string {
  const mistake = text
    .replace(/^error: /, '')
    .replace(/(option '--?[^'=]*)=[^']*'/, "$1'")
    .replace(/(^too many arguments for '[^']*').*Expected (\d+).*/s, (_all, command: string, most: string) => {
      return `${command}: it takes ${most === '0' ? 'none' : most}\n`;
    });
  return `codex-ops: ${mistake}Try '${help}'.\n`;
}

function version(): string {
  const file: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof file === 'object' && file !== null && 'version' in file ? String(file.version) : 'unknown';
}
