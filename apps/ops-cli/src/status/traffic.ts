/** The route that is judged. */
export const CHAT_ROUTE = '/v1/chat/completions';

/** How long the latency quantiles of the proxy look back. */
export const QUANTILE_WINDOW_SECONDS = 300;

/** Requests for completions over a window. */
export interface Counts {
  /** Those that succeeded, and faults of the service. */
  readonly requests: number;
  readonly faults: number;
  /** Of these faults, by code. */
  readonly by_code: Readonly<Record<string, number>>;
}

/**
 * What a ratio is over. `access_log`: the last minutes, by the log in the state folder. `watched`: since one began to watch, five minutes at
 * most. `since_start`: all that the proxy has counted. `proxy`: the last minutes, computed by the proxy.
 */
export interface Window {
  readonly source: 'access_log' | 'watched' | 'since_start' | 'proxy';
  readonly seconds: number;
}

export interface Quantiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export interface Traffic extends Counts {
  readonly window: Window;
  readonly error_ratio: number | null;
  readonly per_second: number;
  /** Over `latency_window`. Null without requests in it, or where it was not seen. */
  readonly latency_ms: Quantiles | null;
  readonly latency_window: Window;
  /** Over `first_token_window`. */
  readonly first_token_ms: Quantiles | null;
  readonly first_token_window: Window;
}

export function ratioOf({ requests, faults }: Counts): number | null {
  return requests === 0 ? null : faults / requests;
}
