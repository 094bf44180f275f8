import { LOG_LEVELS } from '@codex-proxy/contracts';
import { numberAt, textAt, timeAt, type JsonRecord } from '../json/record.ts';

export interface RecordFilter {
  /** This level and above. */
  readonly level: string;
  /** Any of these; empty: all. */
  readonly events: readonly string[];
  /** Records with any of these error codes; empty: all. */
  readonly codes: readonly string[];
  /** Any of these ids of a request, or ids that clients gave; empty: all. */
  readonly requestIds: readonly string[];
  /** Milliseconds of the epoch. */
  readonly sinceMs: number;
  /** Requests that took longer, in milliseconds. */
  readonly slowerThanMs: number | undefined;
}

const LEVELS: readonly string[] = LOG_LEVELS;
const IDS = ['request_id', 'run_id', 'client_request_id'];

/** Whether a record is asked for. What has no level or no time of ours is, unless that is what it is asked by. */
export function createRecordFilter({
  level,
  events,
  codes,
  requestIds,
  sinceMs,
  slowerThanMs,
}: RecordFilter): (record: JsonRecord) => boolean {
  const lowest = LEVELS.indexOf(level);
  return (record) => {
    if (lowest > 0 && LEVELS.indexOf(textAt(record, 'level') ?? '') < lowest) return false;
    if (events.length > 0 && !events.includes(textAt(record, 'event') ?? '')) return false;
    if (codes.length > 0 && !codes.includes(textAt(record, 'error_code') ?? '')) return false;
    if (requestIds.length > 0 && !IDS.some((name) => requestIds.includes(textAt(record, name) ?? ''))) return false;
    if (slowerThanMs !== undefined && (numberAt(record, 'latency_ms') ?? Number.NEGATIVE_INFINITY) <= slowerThanMs) return false;
    return (timeAt(record, 'timestamp') ?? Number.POSITIVE_INFINITY) >= sinceMs;
  };
}

const WATCHED: readonly string[] = ['/livez', '/readyz', '/healthz', '/metrics'];

/** Whether it is the record of a request by which machines watch the proxy: there are thousands of them, and they tell nothing of clients. */
export function isWatching(record: JsonRecord): boolean {
  return textAt(record, 'event') === 'request_completed' && WATCHED.includes(textAt(record, 'route') ?? '');
}
