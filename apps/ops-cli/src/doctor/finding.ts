/** `error`: the proxy does not start, does not serve, or keeps what it should not; the exit code is 1. `warning`: it will, or may. */
export const SEVERITIES = ['error', 'warning', 'note', 'ok'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const CHECK_NAMES = [
  'configuration',
  'provider',
  'permissions',
  'disk',
  'worker',
  'port',
  'clock',
  'databases',
  'log files',
  'leftovers',
  'runtime',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** What a check has found. One sentence each, without a full stop. */
export interface Finding {
  readonly severity: Severity;
  readonly text: string;
  /** What to do. */
  readonly advice?: string;
}

export interface NamedFinding extends Finding {
  readonly check: CheckName;
}
