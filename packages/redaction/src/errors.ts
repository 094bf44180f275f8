/** A configuration of rules that cannot be used. `problems` says everything that is wrong with it, one line each. */
export class RedactionConfigurationError extends Error {
  readonly code = 'redaction_configuration_invalid';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the redaction rules cannot be used: ${problems.join('; ')}`);
    this.name = 'RedactionConfigurationError';
    this.problems = problems;
  }
}
