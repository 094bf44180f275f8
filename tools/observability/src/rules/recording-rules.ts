import { SERVICE_FAULTS } from '@codex-proxy/contracts';
import { CHAT_ROUTE, OBJECTIVES, THRESHOLDS, WINDOWS_S, type Window } from '../objectives.ts';
import { last, rate, Series, type Counting } from '../promql/series.ts';
import type { RecordingRule } from './rule.ts';

const series = new Series();
const route = CHAT_ROUTE;
const WINDOWS: readonly Window[] = ['5m', '30m', '1h', '6h', '3d'];
const P95 = 'job:codex_chat_latency_p95_ms:max';

/** Name of what is recorded over a window. */
export const recorded = {
  p95: P95,
  p95Baseline: 'job:codex_chat_latency_p95_ms:baseline',
  failures: (window: Window) => `job:codex_chat_failures:rate${window}`,
  requests: (window: Window) => `job:codex_chat_requests:rate${window}`,
  errorRatio: (window: Window) => `job:codex_chat_error_ratio:rate${window}`,
  streams: (window: Window) => `job:codex_first_token:rate${window}`,
  lateRatio: (window: Window) => `job:codex_first_token_late_ratio:rate${window}`,
} as const;

/** `part`, or 0 as long as the route has any series at all: a ratio must not vanish because nothing failed, or nothing succeeded. */
function orZero(part: Counting, window: string): string {
  const any = series.counter('codex_http_requests_total', { route });
  return `sum by (job) (${rate(part, window)})\nor\n0 * sum by (job) (${rate(any, window)})`;
}

function ratios(window: Window): [name: string, rule: RecordingRule][] {
  const { firstTokenMs } = OBJECTIVES;
  const seconds = WINDOWS_S[window];
  return [
    [
      recorded.failures(window),
      {
        meaning: `Requests a second that failed by fault of the service, over ${window}.`,
        expr: (time) => orZero(series.counter('codex_http_errors_total', { route, error_code: SERVICE_FAULTS }), time(seconds)),
      },
    ],
    [
      recorded.requests(window),
      {
        meaning: `They and those that succeeded, over ${window}.`,
        expr: (time) => {
          const successes = orZero(series.counter('codex_http_requests_total', { route, status_family: '2xx' }), time(seconds));
          return `${recorded.failures(window)}\n+\n(\n${successes}\n)`;
        },
      },
    ],
    [
      recorded.errorRatio(window),
      {
        meaning: `Share that failed by fault of the service, over ${window}.`,
        expr: () => `${recorded.failures(window)}\n/\n${recorded.requests(window)}`,
      },
    ],
    [
      recorded.streams(window),
      {
        meaning: `Streams a second that had a first content delta, over ${window}.`,
        expr: (time) => `sum by (job) (${rate(series.observations('codex_stream_ttft_ms'), time(seconds))})`,
      },
    ],
    [
      recorded.lateRatio(window),
      {
        meaning: `Share of them whose first delta took more than ${firstTokenMs / 1_000} s, over ${window}.`,
        expr: (time) =>
          `1 - sum by (job) (${rate(series.bucket('codex_stream_ttft_ms', firstTokenMs), time(seconds))})\n/\n${recorded.streams(window)}`,
      },
    ],
  ];
}

/** Evaluated as often as the alerts. */
export const RATIO_RULES: ReadonlyMap<string, RecordingRule> = new Map(WINDOWS.flatMap(ratios));

/** Evaluated in an interval of their own, because the baseline counts its samples. */
export const BASELINE_RULES: ReadonlyMap<string, RecordingRule> = new Map<string, RecordingRule>([
  [
    recorded.p95,
    {
      // A window without requests has NaN for its quantile, which no comparison lets through.
      meaning: 'p95 of request latency over the sliding five minutes, of the slowest instance.',
      expr: (time) => {
        const p95 = series.quantile('codex_http_latency_quantile_ms', 0.95, { route });
        return `max by (job) (${last(p95, time(THRESHOLDS.bridgedGapS))} >= 0)`;
      },
    },
  ],
  [
    recorded.p95Baseline,
    {
      meaning: 'The usual p95: its median over a week, the last hour left out, once there is an hour of it.',
      expr: (time) => {
        const range = `${P95}[${time(THRESHOLDS.baselineS)}] offset ${time(THRESHOLDS.baselineOffsetS)}`;
        return `quantile_over_time(0.5, ${range})\nand\ncount_over_time(${range}) >= ${THRESHOLDS.baselineSamples}`;
      },
    },
  ],
]);
