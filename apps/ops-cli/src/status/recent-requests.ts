import { isServiceFault } from '@codex-proxy/contracts';
import { join } from 'node:path';
import { tailOf } from '../files/tail.ts';
import { numberAt, parseRecord, textAt, timeAt, type JsonRecord } from '../json/record.ts';
import { CHAT_ROUTE, QUANTILE_WINDOW_SECONDS, type Counts, type Quantiles } from './traffic.ts';

/** Of the access log so much of its end is read: minutes of a hundred requests a second. */
const TAIL_BYTES = 16 * 1_048_576;

export interface RecentRequests {
  readonly counts: Counts;
  readonly seconds: number;
  /** Of the requests that are counted. */
  readonly latencyMs: Quantiles;
  readonly firstTokenMs: Quantiles;
}

/** The completions that ended in the last five minutes, by the access log; undefined where there is none, or it is empty. */
export async function readRecentRequests(stateDir: string, nowMs: number): Promise<RecentRequests | undefined> {
  const lines = (await tailOf(join(stateDir, 'access.ndjson'), TAIL_BYTES)).split('\n');
  const first = parseRecord(lines[0] ?? '');
  if (first === undefined) return undefined;
  const fromMs = nowMs - QUANTILE_WINDOW_SECONDS * 1000;
  const recent = lines
    .filter(mayBeSince(new Date(fromMs).toISOString()))
    .map(parseRecord)
    .filter((record) => record !== undefined)
    .filter((record) => (timeAt(record, 'timestamp') ?? 0) >= fromMs && textAt(record, 'route') === CHAT_ROUTE);
  const faults = recent.filter((record) => isServiceFault(textAt(record, 'error_code') ?? ''));
  const codes = faults.map((record) => textAt(record, 'error_code') ?? '');
  const successes = recent.filter((record) => textAt(record, 'outcome') === 'completed' && textAt(record, 'error_code') === undefined);
  const counted = [...successes, ...faults];
  // Where the log was rotated a moment ago, or has just begun, it does not reach back as far.
  const coveredMs = nowMs - Math.max(fromMs, timeAt(first, 'timestamp') ?? fromMs);
  return {
    counts: { requests: successes.length + codes.length, faults: codes.length, by_code: countBy(codes) },
    seconds: Math.max(1, Math.round(coveredMs / 1000)),
    latencyMs: quantilesOf(numbersAt(counted, 'latency_ms')),
    firstTokenMs: quantilesOf(numbersAt(counted, 'ttft_ms')),
  };
}

/** Most of the lines are older, and need not be parsed to know it: records begin with their time. */
function mayBeSince(from: string): (line: string) => boolean {
  const start = '{"timestamp":"';
  return (line) => !line.startsWith(start) || line.slice(start.length, start.length + from.length) >= from;
}

function countBy(codes: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length]));
}

function numbersAt(records: readonly JsonRecord[], name: string): readonly number[] {
  return records.map((record) => numberAt(record, name)).filter((value) => value !== undefined);
}

/** By nearest rank. */
function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (q: number): number | null => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
