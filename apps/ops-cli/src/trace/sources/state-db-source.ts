import { existsSync, statSync } from 'node:fs';
import { causeOf } from '../../errors.ts';
import { isRecord, numberAt, type JsonRecord } from '../../json/record.ts';
import type { Searched, SourceName } from '../evidence.ts';
import type { SourceParts } from './log-source.ts';

export interface StateDbRows {
  readonly run: JsonRecord | undefined;
  readonly runEvents: readonly JsonRecord[];
  readonly agentLogs: readonly JsonRecord[];
  /** Of the worker alone, written while those of the run were, or shortly after. */
  readonly workerLogs: readonly JsonRecord[];
  readonly searched: readonly Searched[];
}

const MOST_ROWS = 20_000;
/** What became of the worker can be written after the last of the run. */
const ROWS_AFTER = 100;
/** Why a request found no worker was written before it, and not long before: starts are tried again every few seconds. */
const ROWS_BEFORE = 100_000;
const OF_WORKER = "SELECT * FROM agent_logs WHERE id BETWEEN ? AND ? AND run_id IS NULL AND source = 'worker'";
/** The last starts, and how they ended. */
const LAST_STARTS = `${OF_WORKER} AND event IN ('worker_started', 'worker_start_failed', 'worker_exited') ORDER BY id DESC LIMIT 20`;
/** Where the failures in a row begin: after the last worker that served, or with the first of a new proxy. */
const LAST_BEGINNING = `${OF_WORKER} AND (event = 'worker_started' OR event = 'worker_start_failed'
  AND json_extract(payload_json, '$.restart_streak') = 1) ORDER BY id DESC LIMIT 1`;
const FIRST_FAILURE = `${OF_WORKER} AND event = 'worker_start_failed' ORDER BY id LIMIT 1`;
const WORKER_ROWS = `${OF_WORKER} ORDER BY id LIMIT ${MOST_ROWS}`;

/** What `state.sqlite` knows of a run; nothing where there is no such file. Read-only: a proxy that runs is not disturbed. */
export async function readStateDb(path: string, runId: string, { warn }: SourceParts): Promise<StateDbRows> {
  const searched = (source: SourceName, count: number): Searched => ({
    source,
    path,
    files: existsSync(path) ? [{ path, bytes: statSync(path).size }] : [],
    records: count,
  });
  const nothing = {
    run: undefined,
    runEvents: [],
    agentLogs: [],
    workerLogs: [],
    searched: [searched('run_events', 0), searched('agent_logs', 0)],
  };
  if (!existsSync(path)) return nothing;
  try {
    const { openStateDatabaseReadOnly } = await import('@codex-proxy/state-db');
    const database = openStateDatabaseReadOnly(path, { busyTimeoutMs: 1_000 });
    try {
      const tables = new Set(database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all());
      const rows = (table: string): JsonRecord[] => {
        if (!tables.has(table)) return [];
        const found = database.prepare(`SELECT * FROM ${table} WHERE run_id = ? ORDER BY id LIMIT ${MOST_ROWS + 1}`).all(runId);
        if (found.length > MOST_ROWS) warn(`${path}: more than ${MOST_ROWS} rows of ${table}; the rest was left out`);
        return found.slice(0, MOST_ROWS).flatMap((row) => (isRecord(row) ? [withPayload(row)] : []));
      };
      const [run, runEvents, agentLogs] = [rows('runs')[0], rows('run_events'), rows('agent_logs')];
      const [firstId, lastId] = [numberAt(agentLogs[0], 'id'), numberAt(agentLogs.at(-1), 'id')];
      const between = (sql: string, fromId: number, toId: number): JsonRecord[] =>
        database
          .prepare(sql)
          .all(fromId, toId)
          .flatMap((row) => (isRecord(row) ? [withPayload(row)] : []));
      const meanwhile = firstId === undefined || lastId === undefined ? [] : between(WORKER_ROWS, firstId, lastId + ROWS_AFTER);
      const startsBefore = (fromId: number, toId: number): JsonRecord[] => {
        const beginning = between(LAST_BEGINNING, fromId, toId);
        const first = beginning.flatMap((row) => between(FIRST_FAILURE, numberAt(row, 'id') ?? toId, toId));
        return [...beginning, ...first, ...between(LAST_STARTS, fromId, toId)];
      };
      const isUnserved = lastId !== undefined && agentLogs.some(foundNoWorker);
      const before = isUnserved ? startsBefore(lastId - ROWS_BEFORE, lastId) : [];
      const workerLogs = inOrder([...before, ...meanwhile]);
      const count = runEvents.length + (run === undefined ? 0 : 1);
      return { run, runEvents, agentLogs, workerLogs, searched: [searched('run_events', count), searched('agent_logs', agentLogs.length)] };
    } finally {
      database.close();
    }
  } catch (error) {
    warn(`${path} cannot be read (${causeOf(error)}): nothing of run events and agent logs is known`);
    return nothing;
  }
}

function foundNoWorker({ payload }: JsonRecord): boolean {
  return isRecord(payload) && payload['error_code'] === 'worker_not_ready';
}

/** Each row once, oldest first. */
function inOrder(rows: readonly JsonRecord[]): JsonRecord[] {
  const byId = new Map(rows.map((row) => [numberAt(row, 'id') ?? 0, row]));
  return [...byId.values()].toSorted((a, b) => (numberAt(a, 'id') ?? 0) - (numberAt(b, 'id') ?? 0));
}

/** A row with its columns of JSON parsed, so that it is judged by its keys. */
export function withPayload(row: JsonRecord): JsonRecord {
  const { payload_json: payload, terminal_json: terminal, ...rest } = row;
  return { ...rest, ...parsed('payload', payload), ...parsed('terminal', terminal) };
}

function parsed(name: string, text: unknown): JsonRecord {
  if (typeof text !== 'string') return {};
  try {
    const value: unknown = JSON.parse(text);
    return { [name]: value };
  } catch {
    return { [name]: text };
  }
}
