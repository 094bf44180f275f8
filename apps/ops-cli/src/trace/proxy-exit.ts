import type { RUN_NOTES } from '@codex-proxy/contracts';
import { isRecord, textAt, timeAt, type JsonRecord } from '../json/record.ts';
import type { Evidence } from './evidence.ts';

/** The proxy ended before the request did. */
export interface ProxyExit {
  /** The last that is known of the run, ISO 8601. */
  readonly lastSeen: string | undefined;
  /** When the next start found the run unfinished. */
  readonly foundAt: string | undefined;
  /** Whether it had been told to stop. */
  readonly wasDraining: boolean;
}

/** `reason` of the note by which a start marks such a run. */
export const PROXY_EXITED = 'proxy_exited' satisfies (typeof RUN_NOTES)['proxyExited'];

/** What a start says of runs that the process before it has left behind. */
export function proxyExitOf({ access, run, runEvents, lifeCycle }: Evidence): ProxyExit | undefined {
  const note = runEvents.findLast(({ payload }) => isRecord(payload) && textAt(payload, 'reason') === PROXY_EXITED);
  if (note === undefined || access.length > 0) return undefined;
  const [fromMs, toMs] = [timeAt(run, 'started_at') ?? Infinity, timeAt(note, 'created_at') ?? -Infinity];
  const isOfThatTime = (record: JsonRecord): boolean => {
    const atMs = timeAt(record, 'timestamp') ?? NaN;
    return atMs >= fromMs && atMs <= toMs;
  };
  return {
    lastSeen: textAt(run, 'ended_at'),
    foundAt: textAt(note, 'created_at'),
    wasDraining: lifeCycle.some((record) => textAt(record, 'event') === 'proxy_draining' && isOfThatTime(record)),
  };
}
