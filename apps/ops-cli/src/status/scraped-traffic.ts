import { isServiceFault } from '@codex-proxy/contracts';
import { distributionOf, distributionSince, quantileOf, type Distribution } from '../exposition/distribution.ts';
import { samplesOf, sumOf, valueOf, type Exposition } from '../exposition/exposition.ts';
import type { Scrape } from '../exposition/scrape.ts';
import { CHAT_ROUTE, QUANTILE_WINDOW_SECONDS, type Counts, type Quantiles, type Window } from './traffic.ts';

const ROUTE = { route: CHAT_ROUTE };
/** Below it, what was watched says nothing. */
const LEAST_WATCHED_MS = 10_000;

/** Scrapes of the last five minutes, the oldest first. */
export class ScrapeHistory {
  #scrapes: Scrape[] = [];

  add(scrape: Scrape): void {
    const fromMs = scrape.atMs - QUANTILE_WINDOW_SECONDS * 1000;
    this.#scrapes = [...this.#scrapes.filter(({ atMs }) => atMs >= fromMs), scrape];
  }

  /** What the counters are compared with; undefined while too little was watched, or after a restart of the proxy. */
  get baseline(): Scrape | undefined {
    const [first, last] = [this.#scrapes[0], this.#scrapes.at(-1)];
    if (first === undefined || last === undefined || last.atMs - first.atMs < LEAST_WATCHED_MS) return undefined;
    return startedAt(first.exposition) === startedAt(last.exposition) ? first : undefined;
  }
}

function startedAt(exposition: Exposition): number | undefined {
  return valueOf(exposition, 'process_start_time_seconds');
}

export interface ScrapedTraffic {
  readonly counts: Counts;
  readonly window: Window;
  readonly latencyMs: Quantiles | null;
  readonly firstTokenMs: Quantiles | null;
}

/** What metrics say of the traffic: since the baseline, else since the proxy started. */
export function scrapedTraffic({ atMs, exposition }: Scrape, baseline: Scrape | undefined, nowMs: number): ScrapedTraffic {
  const before = baseline?.exposition;
  const uptimeSeconds = Math.max(1, Math.round(nowMs / 1000 - (startedAt(exposition) ?? nowMs / 1000)));
  const window: Window =
    baseline === undefined
      ? { source: 'since_start', seconds: uptimeSeconds }
      : { source: 'watched', seconds: Math.round((atMs - baseline.atMs) / 1000) };
  const firstToken = distributionSince(ttftOf(exposition), before === undefined ? undefined : ttftOf(before));
  return { counts: countsOf(exposition, before), window, latencyMs: latencyOf(exposition), firstTokenMs: quantiles(firstToken) };
}

function countsOf(now: Exposition, before: Exposition | undefined): Counts {
  const since = (name: string, labels: Readonly<Record<string, string>>): number =>
    sumOf(now, name, labels) - (before === undefined ? 0 : sumOf(before, name, labels));
  const codes = new Set(samplesOf(now, 'codex_http_errors_total', ROUTE).map(({ labels }) => labels['error_code'] ?? ''));
  const faults = [...codes]
    .filter(isServiceFault)
    .map((code) => [code, since('codex_http_errors_total', { ...ROUTE, error_code: code })] as const)
    .filter(([, count]) => count > 0);
  const sum = faults.reduce((total, [, count]) => total + count, 0);
  const successes = since('codex_http_requests_total', { ...ROUTE, status_family: '2xx' });
  return { requests: successes + sum, faults: sum, by_code: Object.fromEntries(faults) };
}

function latencyOf(exposition: Exposition): Quantiles | null {
  const at = (quantile: string): number | null => {
    const value = valueOf(exposition, 'codex_http_latency_quantile_ms', { ...ROUTE, quantile });
    return value === undefined || Number.isNaN(value) ? null : value;
  };
  const found = { p50: at('0.5'), p95: at('0.95'), p99: at('0.99') };
  return found.p50 === null ? null : found;
}

function ttftOf(exposition: Exposition): Distribution {
  return distributionOf(exposition.get('codex_stream_ttft_ms')?.samples ?? []);
}

function quantiles(distribution: Distribution): Quantiles | null {
  if (distribution.count === 0) return null;
  const at = (q: number): number | null => quantileOf(distribution, q).value ?? null;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
