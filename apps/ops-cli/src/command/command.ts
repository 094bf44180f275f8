import type { Terminal } from '../terminal/terminal.ts';

/** A value that an option accepts, and what it means. */
export interface AcceptedValue {
  readonly value: string;
  readonly description: string;
}

interface NamedOption {
  /** Long name without its dashes. */
  readonly name: string;
  /** One sentence without a full stop, for the list of options. */
  readonly description: string;
}

/** On or off; off by default. */
export interface FlagOption extends NamedOption {
  readonly kind: 'flag';
}

/** The path of a file. */
export interface FileOption extends NamedOption {
  readonly kind: 'file';
  /** How help names the value: `FILE`. */
  readonly placeholder: string;
  /** Environment variable that holds when the option is not given. An empty one counts as unset. */
  readonly environment?: string;
}

/** One of the values that are listed. */
export interface ChoiceOption extends NamedOption {
  readonly kind: 'choice';
  readonly placeholder: string;
  readonly accepted: readonly AcceptedValue[];
  readonly default: string;
}

export type OptionDefinition = FlagOption | FileOption | ChoiceOption;

/** A command line that works as it stands, and what it does. */
export interface CommandExample {
  readonly line: string;
  readonly description: string;
}

/** 0 done, 1 it failed, 2 usage: and what that means for this command. */
export interface ExitCode {
  readonly code: number;
  readonly description: string;
}

/** What the options of one call came to: what was given, else the environment, else the default. */
export interface OptionValues {
  flag(name: string): boolean;
  text(name: string): string | undefined;
}

/** Does the work and answers with the exit code. */
export type Action = (values: OptionValues, terminal: Terminal) => Promise<number>;

/**
 * A command, as data. The parser, `--help` and docs/reference/cli.md derive from it. Texts are plain, one paragraph a string.
 */
export interface CommandDefinition {
  readonly name: string;
  /** For the list of commands: one sentence without a full stop. */
  readonly summary: string;
  readonly description: readonly string[];
  readonly options: readonly OptionDefinition[];
  readonly examples: readonly CommandExample[];
  readonly exitCodes: readonly ExitCode[];
  /** Imports what the command needs, once it is certain that it runs. */
  readonly load: () => Promise<Action>;
}
