import { SERVICE_FAULTS } from '@codex-proxy/contracts';
import { CHAT_ROUTE, SCRAPE_JOB, THRESHOLDS, TRAFFIC_FLOORS } from '../objectives.ts';
import { percent, spokenDuration } from '../promql/duration.ts';
import { increase, Series } from '../promql/series.ts';
import { recorded } from './recording-rules.ts';
import type { AlertRule } from './rule.ts';

const series = new Series();
const route = CHAT_ROUTE;
const { failuresAlone, failuresAloneS, latencyForS, errorRatio, errorWindow, proxyDownForS } = THRESHOLDS;
const ABOVE = percent(THRESHOLDS.latencyFactor - 1);

export const REQUEST_ALERTS = {
  CodexLatencyP95AboveBaseline: {
    severity: 'warning',
    signal: 'latency',
    expr: () =>
      `${recorded.p95} > ${THRESHOLDS.latencyFactor} * ${recorded.p95Baseline}\nand\n${recorded.requests('5m')} >= ${TRAFFIC_FLOORS.latency}`,
    forS: latencyForS,
    summary: `p95 latency is more than ${ABOVE} above its baseline`,
    description: `The p95 of chat requests on {{ $labels.job }} is {{ $value | printf "%.0f" }} ms, for ${spokenDuration(latencyForS)} more than ${ABOVE} above its median over ${spokenDuration(THRESHOLDS.baselineS)}.`,
  },
  CodexErrorRatioHigh: {
    severity: 'critical',
    signal: 'errors',
    // Rounded, because a quotient of rates that is 2 % can be a little less.
    expr: () =>
      `round(${recorded.errorRatio(errorWindow)}, 0.0001) >= ${errorRatio}\nand\n${recorded.requests(errorWindow)} >= ${TRAFFIC_FLOORS.errorRatio}`,
    forS: 0,
    summary: `At least ${percent(errorRatio)} of chat requests fail`,
    description: `{{ $value | humanizePercentage }} of chat requests on {{ $labels.job }} failed by fault of the service over ${errorWindow}. Clients that left and maintenance refusals do not count.`,
  },
  CodexNoRequestSucceeds: {
    severity: 'critical',
    signal: 'errors',
    expr: (time) => {
      const failures = series.counter('codex_http_errors_total', { route, error_code: SERVICE_FAULTS });
      const successes = series.counter('codex_http_requests_total', { route, status_family: '2xx' });
      return `round(sum by (job) (${increase(failures, time(failuresAloneS))})) >= ${failuresAlone}\nunless\nsum by (job) (${increase(successes, time(failuresAloneS))}) > 0`;
    },
    forS: 0,
    summary: 'Chat requests fail and none succeeds',
    description: `About {{ $value | humanize }} chat requests on {{ $labels.job }} failed in ${spokenDuration(failuresAloneS)} and none succeeded, with or without enough traffic for the error ratio.`,
  },
  CodexProxyDown: {
    severity: 'critical',
    signal: 'proxyDown',
    expr: () => {
      const up = series.other('up', { job: SCRAPE_JOB });
      return `${up} == 0 or absent(${up})`;
    },
    forS: proxyDownForS,
    summary: 'The proxy cannot be scraped',
    description: `Prometheus has had no answer from /metrics of {{ $labels.job }} for ${spokenDuration(proxyDownForS)}: every other alert is blind.`,
  },
} as const satisfies Record<string, AlertRule>;
