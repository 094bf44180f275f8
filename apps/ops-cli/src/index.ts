export { runCli } from './cli.ts';
export type {
  AcceptedValue,
  Action,
  ChoiceOption,
  CommandDefinition,
  CommandExample,
  ExitCode,
  FileOption,
  FlagOption,
  OptionDefinition,
  OptionValues,
} from './command/command.ts';
export { COMMANDS } from './command/commands.ts';
export { createRedactionFilter, type RedactionFilter, type RedactionFilterOptions } from './redact/redaction-filter.ts';
export { renderCliReference } from './reference/cli-reference.ts';
export type { Input, Output, Terminal } from './terminal/terminal.ts';
