export { runCli } from './cli.ts';
export type {
  AcceptedValue,
  Action,
  ArgumentDefinition,
  ChoiceOption,
  CommandDefinition,
  CommandExample,
  CommandGroup,
  DocumentField,
  DurationOption,
  ExitCode,
  FileOption,
  FlagOption,
  IntegerOption,
  OptionDefinition,
  OptionValues,
  TextOption,
} from './command/command.ts';
export { COMMAND_GROUPS, COMMANDS } from './command/commands.ts';
export { createRedactionFilter, type RedactionFilter, type RedactionFilterOptions } from './redact/redaction-filter.ts';
export { renderCliReference } from './reference/cli-reference.ts';
export type { Input, Output, Terminal } from './terminal/terminal.ts';
