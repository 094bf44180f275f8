import { SERVICE_THRESHOLDS } from '@codex-proxy/contracts';

/**
 * What is promised, and how far from it someone is told: all numbers of alerts and dashboard that an operator may want to change. Those that
 * `codex-ops status` judges by too are in contracts, `SERVICE_THRESHOLDS`. After a change, `npm run docs` renders rules, their tests, dashboard
 * and documents afresh.
 */

/** The route that the promises are about. */
export const CHAT_ROUTE = '/v1/chat/completions';

/** `job` of the scrape configuration. */
export const SCRAPE_JOB = 'codex-proxy';

/** Where the repository can be read in a browser, with a slash at the end. Empty: links are paths from its root. */
export const DOCUMENTS_URL = '';

export const OBJECTIVES = {
  /** Share of requests that do not fail by fault of the service. */
  availability: 0.999,
  /** Share of streams whose first content delta comes within `firstTokenMs`, which must be a bound of the histogram's buckets. */
  firstToken: 0.99,
  firstTokenMs: 10_000,
} as const;

/** Windows over which ratios are recorded, in seconds. */
export const WINDOWS_S = { '5m': 300, '30m': 1_800, '1h': 3_600, '6h': 21_600, '3d': 259_200 } as const;
export type Window = keyof typeof WINDOWS_S;

/** How fast the error budget of 30 days burns: 1 is just in time. Both windows must show it. */
export const BURN_RATES = {
  Fast: { factor: 14.4, long: '1h', short: '5m', severity: 'critical', spends: '2 % of the month in an hour' },
  Slow: { factor: 6, long: '6h', short: '30m', severity: 'critical', spends: '5 % of the month in six hours' },
  Creeping: { factor: 1, long: '3d', short: '6h', severity: 'warning', spends: '10 % of the month in three days' },
} as const satisfies Record<string, BurnRate>;

export interface BurnRate {
  readonly factor: number;
  readonly long: Window;
  readonly short: Window;
  readonly severity: 'critical' | 'warning';
  readonly spends: string;
}
export type BurnRateName = keyof typeof BURN_RATES;

/** Requests a second below which a ratio says nothing. */
export const TRAFFIC_FLOORS = {
  /** Over the long window of a burn rate: one failed request alone never fires (0.1 a second is 360 an hour). */
  burn: 0.1,
  /** Over five minutes: 60 requests, so that one failure stays below 2 %. */
  errorRatio: SERVICE_THRESHOLDS.errorRatioRequests / SERVICE_THRESHOLDS.errorWindowS,
  /** Over five minutes: 30 requests, so that the p95 is not the slowest request alone. */
  latency: 0.1,
} as const;

export const THRESHOLDS = {
  /** Scrapes may fail for so long without an alert that waits beginning to wait anew. */
  bridgedGapS: 120,
  /** p95 over baseline. */
  latencyFactor: 1.05,
  latencyForS: 180,
  /** The baseline is the median p95 of these seven days, … */
  baselineS: 604_800,
  /** … the last hour left out, so that an incident is not measured against itself, … */
  baselineOffsetS: 3_600,
  /** … once it has so many samples: an hour of them. */
  baselineSamples: 120,
  baselineIntervalS: 30,
  errorRatio: SERVICE_THRESHOLDS.errorRatio,
  errorWindow: '5m',
  /** Failures with no success beside them, for services with too little traffic for ratios. */
  failuresAlone: SERVICE_THRESHOLDS.failuresAlone,
  failuresAloneS: SERVICE_THRESHOLDS.failuresAloneS,
  restarts: 3,
  restartsS: 600,
  workerNotReadyForS: 60,
  proxyDownForS: 120,
  maintenanceForS: 1_800,
  /** `WORKER_LOG_DB_MAX_MB`, and the share of it from which it is watched. */
  workerLogDbBytes: 256 * 1_048_576,
  workerLogDbShare: 0.9,
  workerLogDbForS: 900,
  /** `AGENT_LOGS_ARCHIVE_THRESHOLD_MB`. */
  agentLogsBytes: SERVICE_THRESHOLDS.agentLogsBytes,
  archiveAgeS: 3_600,
  archiveForS: 900,
  lossWindowS: 300,
} as const;
