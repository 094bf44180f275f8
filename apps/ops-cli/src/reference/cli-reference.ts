import type { CommandDefinition, OptionDefinition } from '../command/command.ts';
import { COMMANDS } from '../command/commands.ts';
import { choicesOf, describeOption, isOptional, optionFlags } from '../help/sections.ts';

/**
 * The manual of `codex-ops` in Markdown, without a title: one part for each command, as a manual page has them.
 * `commands` are those of `codex-ops` by default.
 */
export function renderCliReference(commands: readonly CommandDefinition[] = COMMANDS): string {
  const list = table(
    ['command', 'what it does'],
    commands.map(({ name, summary }) => [`[\`${name}\`](#codex-ops-${name.replaceAll(' ', '-')})`, summary]),
  );
  return [INTRODUCTION, list, ...commands.map(renderCommand)].join('\n\n');
}

const INTRODUCTION =
  '`codex-ops COMMAND [options]`, or `npx codex-ops` in a checkout. `codex-ops --help` lists the commands, `codex-ops help COMMAND` ' +
  'prints what stands here, `codex-ops --version` the version. Every command exits with 0 when it is done, 1 when it failed and 2 when it ' +
  'was called in a way that it does not know; what it has to say beside its output goes to standard error. `NO_COLOR` is honoured.';

function renderCommand(command: CommandDefinition): string {
  const { name, summary, description, options, examples, exitCodes } = command;
  const positions = command.arguments ?? [];
  const synopsis = [
    'codex-ops',
    name,
    ...positions.map((position) => (position.isOptional === true ? `[${position.placeholder}]` : position.placeholder)),
    ...options.map((option) => (isOptional(option) ? `[${optionFlags(option)}]` : optionFlags(option))),
  ].join(' ');
  return [
    `## codex-ops ${name}`,
    `**${name}** — ${summary}`,
    fenced([synopsis]),
    ...description,
    ...part(
      '### Arguments',
      ['argument', 'what it is'],
      positions.map(({ placeholder, description: meaning }) => [`\`${placeholder}\``, meaning]),
    ),
    ...part('### Options', ['option', 'what it does'], options.map(renderOption)),
    ...choicesOf(command).flatMap(({ placeholder, accepted }) => [
      `\`${placeholder}\` is one of:`,
      table(
        ['value', 'meaning'],
        accepted.map(({ value, description: meaning }) => [`\`${value}\``, meaning]),
      ),
    ]),
    ...part(
      '### What --json prints',
      ['field', 'what it holds'],
      (command.document ?? []).map(({ field, description: meaning }) => [`\`${field}\``, meaning]),
    ),
    '### Examples',
    ...examples.flatMap((example) => [example.description, fenced([example.line])]),
    '### Exit codes',
    table(
      ['code', 'meaning'],
      exitCodes.map(({ code, description: meaning }) => [`\`${code}\``, meaning]),
    ),
  ].join('\n\n');
}

function part(title: string, head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [title, table(head, rows)];
}

function renderOption(option: OptionDefinition): readonly string[] {
  return [`\`${optionFlags(option)}\``, describeOption(option)];
}

function fenced(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
