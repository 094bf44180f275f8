import { Argument, InvalidArgumentError, Option } from 'commander';
import type { ArgumentDefinition, OptionDefinition, OptionValues } from '../command/command.ts';
import { describeOption, optionFlags } from '../help/sections.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { parseDuration } from './duration.ts';

/** Commander's words for an option of the table. */
export function createOptionParser(option: OptionDefinition): Option {
  const parser = new Option(optionFlags(option), describeOption(option));
  if (option.kind === 'choice') return parser.choices(option.accepted.map(({ value }) => value));
  if (option.kind === 'integer') return parser.argParser((text) => integer(text, option.min, option.max));
  return option.kind === 'duration' ? parser.argParser((text) => duration(text, option.min)) : parser;
}

export function createArgumentParser({ placeholder, description, isOptional }: ArgumentDefinition): Argument {
  return new Argument(isOptional === true ? `[${placeholder}]` : `<${placeholder}>`, description);
}

function integer(text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^-?\d{1,15}$/.test(text) && value >= min && value <= max) return value;
  throw new InvalidArgumentError(`A whole number from ${min} to ${max} was expected.`);
}

function duration(text: string, min = '0'): number {
  const valueMs = parseDuration(text);
  if (valueMs !== undefined && valueMs >= (parseDuration(min) ?? 0)) return valueMs;
  throw new InvalidArgumentError(
    valueMs === undefined ? 'A span of time such as 30s, 10m, 2h or 1d was expected.' : `At least ${min} was expected.`,
  );
}

export interface GivenValues {
  readonly option: (name: string) => unknown;
  readonly arguments: readonly unknown[];
}

/** What was given, with the environment and the defaults behind it. */
export function createValues(
  options: readonly OptionDefinition[],
  positions: readonly ArgumentDefinition[],
  given: GivenValues,
  environment: Terminal['environment'],
): OptionValues {
  const find = (name: string): OptionDefinition | undefined => options.find((option) => option.name === name);
  return {
    flag: (name) => given.option(name) === true,
    text(name) {
      const value = given.option(name);
      if (typeof value === 'string') return value;
      const option = find(name);
      if (option?.kind === 'choice') return option.default;
      if (option?.kind !== 'file' && option?.kind !== 'text') return undefined;
      const inherited = option.environment === undefined ? '' : (environment[option.environment] ?? '');
      return inherited === '' ? option.default : inherited;
    },
    number(name) {
      const value = given.option(name);
      if (typeof value === 'number') return value;
      const option = find(name);
      if (option?.kind === 'integer') return option.default;
      return option?.kind === 'duration' && option.default !== undefined ? parseDuration(option.default) : undefined;
    },
    argument(placeholder) {
      const value = given.arguments[positions.findIndex((position) => position.placeholder === placeholder)];
      return typeof value === 'string' ? value : undefined;
    },
  };
}
