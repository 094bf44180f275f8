/** What an on-call engineer can be faced with: one heading each in the incident runbook, to which alerts and panels link. */
export const SIGNALS = {
  latency: 'Latency above baseline',
  errors: 'Error ratio',
  availabilityBurn: 'Availability budget burns',
  firstTokenBurn: 'First tokens are late',
  restarts: 'Worker restarts',
  notReady: 'Worker not ready',
  proxyDown: 'Proxy down',
  toolBuffer: 'Tool buffer anomaly',
  maintenance: 'Maintenance mode on',
  queue: 'Requests wait',
  traceBuffer: 'Trace buffer fails',
  archive: 'Archive overdue',
  workerDisk: 'Worker log database near its limit',
  lostRecords: 'Log records or run events lost',
} as const;

export type SignalName = keyof typeof SIGNALS;

/** Path of the runbook from the root of the repository. */
export const RUNBOOK = 'docs/app-server-migration/incident-runbook.md';

/** The fragment that a heading has in rendered Markdown. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

/** Where `signal` is explained. */
export function runbookUrl(signal: SignalName, base: string): string {
  return `${base}${RUNBOOK}#${anchor(SIGNALS[signal])}`;
}
