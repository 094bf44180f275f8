import type { ChoiceOption, CommandDefinition, DurationOption, OptionDefinition } from '../command/command.ts';
import { definition } from '../text/definition.ts';
import { hang } from '../text/wrap.ts';

/** `--profile <PROFILE>`. */
export function optionFlags(option: OptionDefinition): string {
  return option.kind === 'flag' ? `--${option.name}` : `--${option.name} <${option.placeholder}>`;
}

/** What an option does, and what holds without it. */
export function describeOption(option: OptionDefinition): string {
  const bounded = option.kind === 'duration' ? spanOf(option) : option.description;
  const inherited = 'environment' in option ? [`$${option.environment}`] : [];
  const fixed = 'default' in option ? [String(option.default)] : [];
  const defaults = [...inherited, ...fixed].join(', else ');
  return defaults === '' ? bounded : `${bounded} (default: ${defaults})`;
}

function spanOf({ description, min }: DurationOption): string {
  return `${description}${min === undefined ? '' : `, at least ${min}`}; a number alone is seconds`;
}

/** Whether a call may leave it out. */
export function isOptional(option: OptionDefinition): boolean {
  return !('isRequired' in option);
}

export function choicesOf(command: CommandDefinition): readonly ChoiceOption[] {
  return command.options.filter((option) => option.kind === 'choice');
}

/** What help says behind the list of options: the accepted values, examples and exit codes. */
export function sectionsOf(command: CommandDefinition, width: number, title: (text: string) => string): string {
  const choices = choicesOf(command).map(({ placeholder, accepted }) =>
    section(
      title(`${placeholder}:`),
      definitions(
        accepted.map(({ value, description }) => [value, description]),
        width,
      ),
    ),
  );
  const examples = command.examples.map(({ line, description }) => `  ${line}\n${wrap(description, width, 6)}`).join('\n');
  const exitCodes = definitions(
    command.exitCodes.map(({ code, description }) => [String(code), description]),
    width,
  );
  const document = (command.document ?? []).map(({ field, description }) => [field, description] as const);
  const fields = document.length === 0 ? [] : [section(title('What --json prints:'), definitions(document, width))];
  return [...choices, ...fields, section(title('Examples:'), examples), section(title('Exit codes:'), exitCodes)].join('').trimEnd();
}

function section(title: string, body: string): string {
  return `\n${title}\n${body}\n`;
}

function definitions(rows: readonly (readonly [term: string, description: string])[], width: number): string {
  const indent = Math.max(...rows.map(([term]) => term.length)) + 4;
  return rows.flatMap(([term, description]) => definition(term, indent, description, width)).join('\n');
}

function wrap(paragraph: string, width: number, indent: number): string {
  return hang(' '.repeat(indent), paragraph, width).join('\n');
}
