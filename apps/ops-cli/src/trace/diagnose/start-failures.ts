import { isRecord, numberAt, textAt, timeAt, type JsonRecord } from '../../json/record.ts';

/** Starts of a worker that failed one after the other, up to a request. */
export interface StartFailures {
  readonly count: number;
  /** When the first of them failed, ISO 8601; undefined where that was before what was kept. */
  readonly since: string | undefined;
  readonly last: {
    readonly at: string | undefined;
    /** `spawn_failed`, `handshake_timeout`, `handshake_failed`, `exited_early`. */
    readonly reason: string | undefined;
    readonly message: string | undefined;
    readonly exitCode: number | undefined;
    readonly signal: string | undefined;
  };
}

/** The failed starts before a request that found no worker; undefined where one had started since, or nothing is known of any. */
export function startFailuresBefore(records: readonly JsonRecord[], endedAtMs: number): StartFailures | undefined {
  const known = records.map(flat).filter((record) => (timeAt(record, 'timestamp') ?? Infinity) <= endedAtMs);
  const over = known.findLastIndex((record) => BEGINNINGS.includes(textAt(record, 'event') ?? ''));
  const isWhole = over !== -1 || known.some(isFirst);
  const since = known.slice(Math.max(over + 1, known.findLastIndex(isFirst)));
  const failed = since.filter((record) => textAt(record, 'event') === 'worker_start_failed');
  const [first, last] = [failed[0], failed.at(-1)];
  if (last === undefined) return undefined;
  const pid = numberAt(last, 'worker_pid');
  const exit = since.findLast((record) => textAt(record, 'event') === 'worker_exited' && numberAt(record, 'worker_pid') === pid);
  return {
    // A worker that ended after it had served counts as the first in the row; and not all that is between is kept here.
    count: streakOf(last) - (isWhole ? streakOf(first) - 1 : 0),
    since: isWhole ? textAt(first, 'timestamp') : undefined,
    last: {
      at: textAt(last, 'timestamp'),
      reason: textAt(last, 'reason'),
      message: textAt(last, 'error_message'),
      exitCode: pid === undefined ? undefined : numberAt(exit, 'exit_code'),
      signal: pid === undefined ? undefined : textAt(exit, 'signal'),
    },
  };
}

/** What failed before one of these was over. */
const BEGINNINGS: readonly string[] = ['worker_started', 'proxy_starting'];

function streakOf(record: JsonRecord | undefined): number {
  return numberAt(record, 'restart_streak') ?? 1;
}

/** The first in a row: a new proxy begins to count again. */
function isFirst(record: JsonRecord): boolean {
  return textAt(record, 'event') === 'worker_start_failed' && numberAt(record, 'restart_streak') === 1;
}

/** A row of `agent_logs` as the record that it was. */
function flat(record: JsonRecord): JsonRecord {
  const { payload, created_at: createdAt } = record;
  return createdAt === undefined ? record : { ...(isRecord(payload) ? payload : {}), event: record['event'], timestamp: createdAt };
}
