/** From when on someone is told: the numbers that alert rules and `codex-ops status` have in common. */
export const SERVICE_THRESHOLDS = {
  /** Share of requests for completions that fail by fault of the service, … */
  errorRatio: 0.02,
  /** … where there were so many within `errorWindowS` that one failure alone stays below it; … */
  errorRatioRequests: 60,
  errorWindowS: 300,
  /** … and with less traffic, where so many failed … */
  fewRequestsFailures: 3,
  /** … of at least so many. No alert goes by it: whoever looks at a screen is told before someone is woken. */
  fewRequests: 5,
  /** Failures with no success beside them, within `failuresAloneS`, whatever the traffic. */
  failuresAlone: 3,
  failuresAloneS: 600,
  /** Share of requests that fail from which on the service counts as down, and no longer as degraded. */
  downRatio: 0.5,
  /** `AGENT_LOGS_ARCHIVE_THRESHOLD_MB`, by default. */
  agentLogsBytes: 100 * 1_048_576,
} as const;
