import { join } from 'node:path';
import type { TimeWindow } from '../files/time-window.ts';
import { isRecord, numberAt, textAt, timeAt, type JsonRecord } from '../json/record.ts';
import { requestOfCompletion } from './completion-id.ts';
import type { Evidence, Searched } from './evidence.ts';
import { readArtifact } from './sources/artifact-source.ts';
import { searchArchives } from './sources/archive-source.ts';
import { searchPlaces, type FoundRecords, type LogPlace, type SourceParts } from './sources/log-source.ts';
import { readStateDb } from './sources/state-db-source.ts';

/** Where everything is. */
export interface Places {
  readonly stateDir: string;
  readonly accessLog: string;
  readonly protoLog: string;
  readonly usageLog: string;
  /** What the proxy itself logged, where it is kept. */
  readonly log: string | undefined;
  readonly archiveDir: string;
}

/** Events of the proxy's own log that can explain what happened to any request of their time. */
const LIFE_CYCLE = [
  'worker_starting',
  'worker_started',
  'worker_start_failed',
  'worker_exited',
  'worker_backoff',
  'worker_recycled',
  'maintenance_toggled',
  'proxy_draining',
  'proxy_starting',
];

/** What the logs hold. */
export interface LogFindings {
  readonly access: FoundRecords;
  readonly proto: FoundRecords;
  readonly usage: FoundRecords;
  readonly log: FoundRecords | undefined;
}

/** Searches the access log for a request, by its id, that of its completion, or the one that its client gave. */
export async function searchAccess(id: string, { accessLog }: Places, parts: SourceParts): Promise<FoundRecords> {
  const ids = [id, ...requestOfCompletion(id)];
  const accepts = (record: JsonRecord): boolean => ids.some((each) => isOf(record, each)) || textAt(record, 'client_request_id') === id;
  const [found = NOTHING] = await searchPlaces([{ source: 'access', path: accessLog, needles: ids, accepts }], parts);
  return found;
}

/** Searches the other logs for a request: first where they were written when it ended; all of them where that is not enough. */
export async function searchOthers(id: string, access: FoundRecords, places: Places, parts: SourceParts): Promise<LogFindings> {
  const accepts = (record: JsonRecord): boolean => isOf(record, id);
  const terminal = access.records.findLast(accepts);
  const window = windowOf(terminal);
  const proto: LogPlace = { source: 'proto', path: places.protoLog, needles: [id], accepts, window };
  const usage: LogPlace = { source: 'usage', path: places.usageLog, needles: [id], accepts, window };
  const needles = [id, ...LIFE_CYCLE.map((event) => `"event":"${event}"`)];
  const isEither = (record: JsonRecord): boolean => accepts(record) || isLifeCycle(record);
  const log: LogPlace[] = places.log === undefined ? [] : [{ source: 'log', path: places.log, needles, accepts: isEither }];
  const [foundProto = NOTHING, foundUsage = NOTHING, foundLog] = await searchPlaces([proto, usage, ...log], parts);
  const isMissing = (found: FoundRecords, sign: string): boolean =>
    found.records.length === 0 && window !== undefined && terminal?.[sign] !== undefined;
  // Without warnings: they were given.
  const again = { ...parts, warn: (): void => undefined };
  const whole = async (place: LogPlace): Promise<FoundRecords> =>
    (await searchPlaces([{ ...place, window: undefined }], again))[0] ?? NOTHING;
  return {
    access,
    proto: isMissing(foundProto, 'worker_pid') ? await whole(proto) : foundProto,
    usage: isMissing(foundUsage, 'tokens_prompt') ? await whole(usage) : foundUsage,
    log: foundLog,
  };
}

/** When the other records of a request can have been written. Its frames are, at once, when the worker has let go of it. */
function windowOf(terminal: JsonRecord | undefined): TimeWindow | undefined {
  const endedAtMs = timeAt(terminal, 'timestamp');
  const latencyMs = numberAt(terminal, 'latency_ms');
  if (endedAtMs === undefined || latencyMs === undefined) return undefined;
  return { fromMs: endedAtMs - latencyMs - WINDOW_BEFORE_MS, toMs: endedAtMs + WINDOW_AFTER_MS };
}

const WINDOW_BEFORE_MS = 5_000;
const WINDOW_AFTER_MS = 60_000;

const NOTHING: FoundRecords = { records: [], searched: { source: 'access', path: '', files: [], records: 0 } };

function isLifeCycle(record: JsonRecord): boolean {
  return LIFE_CYCLE.includes(textAt(record, 'event') ?? '');
}

/** Everything that is known of a request, with what the logs held. */
export async function collect(
  id: string,
  { access: terminals, proto, usage, log }: LogFindings,
  places: Places,
  parts: SourceParts,
): Promise<{ evidence: Evidence; searched: readonly Searched[] }> {
  const accepts = (record: JsonRecord): boolean => isOf(record, id);
  const access = terminals.records.filter(accepts);
  const { artifact, searched } = readArtifact(join(places.stateDir, 'trace-buffer'), id, parts);
  const database = await readStateDb(join(places.stateDir, 'state.sqlite'), id, parts);
  const archives = await searchArchives(places.archiveDir, id, parts);
  return {
    evidence: {
      access: access.length > 0 ? access : keptTerminal(database.run),
      usage: usage.records,
      frames: proto.records,
      hasLog: log !== undefined,
      log: log?.records.filter(accepts) ?? [],
      lifeCycle: log?.records.filter((record) => !accepts(record)) ?? [],
      artifact,
      run: database.run,
      runEvents: database.runEvents,
      agentLogs: database.agentLogs,
      // The log of the proxy has all of that.
      workerLogs: log === undefined ? database.workerLogs.filter(isLifeCycle) : [],
      archived: archives.rows,
    },
    searched: [
      terminals.searched,
      proto.searched,
      usage.searched,
      ...(log === undefined ? [] : [log.searched]),
      searched,
      ...database.searched,
      archives.searched,
    ],
  };
}

/** Whether a record is about the request of this id. */
export function isOf(record: JsonRecord, id: string): boolean {
  return textAt(record, 'request_id') === id || textAt(record, 'run_id') === id;
}

/** Where the access log is gone, the row of the run still has the terminal record. */
function keptTerminal(run: JsonRecord | undefined): readonly JsonRecord[] {
  const terminal = run?.['terminal'];
  return isRecord(terminal) ? [{ ...terminal, timestamp: run?.['ended_at'] }] : [];
}
