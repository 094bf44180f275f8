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

interface ValuedOption extends NamedOption {
  /** How help names the value: `FILE`. */
  readonly placeholder: string;
  /** A call without it is a mistake. */
  readonly isRequired?: true;
}

/** Names that are known beforehand: alerts, events and error codes of the log, types of run events. */
export type NameKind = 'alert' | 'event' | 'error code' | 'run event type';

/** Text of any kind: an id, an address, a list with commas. */
export interface TextOption extends ValuedOption {
  readonly kind: 'text';
  /** Shells complete it by these names. */
  readonly names?: NameKind;
  /** Environment variable that holds when the option is not given. An empty one counts as unset. */
  readonly environment?: string;
  readonly default?: string;
}

/** The path of a file or folder. */
export interface FileOption extends ValuedOption {
  readonly kind: 'file';
  /** Environment variable that holds when the option is not given. An empty one counts as unset. */
  readonly environment?: string;
  readonly default?: string;
}

/** One of the values that are listed. */
export interface ChoiceOption extends NamedOption {
  readonly kind: 'choice';
  readonly placeholder: string;
  readonly accepted: readonly AcceptedValue[];
  readonly default: string;
}

/** A whole number within bounds, both included. */
export interface IntegerOption extends ValuedOption {
  readonly kind: 'integer';
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}

/** A span of time: a number and `ms`, `s`, `m`, `h` or `d`; a bare number is seconds. `number()` answers in milliseconds. */
export interface DurationOption extends ValuedOption {
  readonly kind: 'duration';
  /** As it would be given: `10m`. */
  readonly default?: string;
  /** What is shorter is a mistake; as it would be given. */
  readonly min?: string;
}

export type OptionDefinition = FlagOption | TextOption | FileOption | ChoiceOption | IntegerOption | DurationOption;

/** A word that follows the command by its place: `runs events RUN`. */
export interface ArgumentDefinition {
  /** How help names it: `RUN`. */
  readonly placeholder: string;
  /** One sentence without a full stop. */
  readonly description: string;
  /** May be left out. Only the last ones may. */
  readonly isOptional?: true;
}

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

/** A field of the JSON document that a command prints. */
export interface DocumentField {
  readonly field: string;
  readonly description: string;
}

/** What one call came to: what was given, else the environment, else the default. */
export interface OptionValues {
  flag(name: string): boolean;
  /** The value of a `text`, `file` or `choice` option. */
  text(name: string): string | undefined;
  /** The value of an `integer` option; of a `duration` in milliseconds. */
  number(name: string): number | undefined;
  /** What stands in the place of an argument, by its placeholder. */
  argument(placeholder: string): string | undefined;
}

/** Does the work and answers with the exit code. */
export type Action = (values: OptionValues, terminal: Terminal) => Promise<number>;

/**
 * A command, as data. The parser, `--help` and docs/reference/cli.md derive from it. Texts are plain, one paragraph a string.
 */
export interface CommandDefinition {
  /** One word, or that of its group and its own: `redact`, `maintenance on`. */
  readonly name: string;
  /** For the list of commands: one sentence without a full stop. */
  readonly summary: string;
  readonly description: readonly string[];
  readonly arguments?: readonly ArgumentDefinition[];
  readonly options: readonly OptionDefinition[];
  /** What `--json` prints, where it is one document. */
  readonly document?: readonly DocumentField[];
  readonly examples: readonly CommandExample[];
  readonly exitCodes: readonly ExitCode[];
  /** Imports what the command needs, once it is certain that it runs. */
  readonly load: () => Promise<Action>;
}

/** Commands that share their first word. */
export interface CommandGroup {
  readonly name: string;
  /** For the list of commands: one sentence without a full stop. */
  readonly summary: string;
}
