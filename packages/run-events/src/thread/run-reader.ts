import type { RowReader } from '@codex-proxy/state-db';
import type { Database, Statement } from 'better-sqlite3';
import { pageQuerySchema, runsQuerySchema, type EncodedPage, type PageQuery, type RunsQuery } from '../store/rows.ts';
import { isTruncated } from './truncation-mark.ts';

/** A page ends when it has so much, however few events that are. */
const PAGE_BYTES = 4 * 1_048_576;

const SUMMARY =
  'run_id, status, model, route, started_at, ended_at, latest_event_at, event_count, tokens_prompt, tokens_response, error_code';
const COLUMNS = 'id, run_id, type, created_at, correlation_id, source, level, payload_json';

interface EventColumns {
  readonly id: number;
  readonly run_id: string;
  readonly type: string;
  readonly created_at: string;
  readonly correlation_id: string | null;
  readonly source: string | null;
  readonly level: string | null;
  readonly payload_json: string;
}

/** Reads runs and their events. Runs on the reader thread. */
export function createRowReader(database: Database): RowReader {
  const reader = new RunReader(database);
  return {
    page: (query) => reader.page(pageQuerySchema.parse(query)),
    runs: (query) => reader.runs(runsQuerySchema.parse(query)),
    run: (runId) => reader.run(String(runId)),
  };
}

interface RunColumns {
  readonly id: number;
  readonly status: string;
}

class RunReader {
  readonly #database: Database;
  readonly #run: Statement<[string], RunColumns>;
  readonly #all: Statement<[string, number, number], EventColumns>;
  readonly #idsOfType: Statement<[string, string, number, number], number>;
  readonly #byId: Statement<[number], EventColumns>;
  readonly #newest: Statement<[number, number], RunColumns>;
  readonly #types: Statement<[string], { type: string; count: number }>;
  readonly #terminal: Statement<[string], string | null>;

  constructor(database: Database) {
    this.#database = database;
    this.#run = database.prepare(`SELECT id, ${SUMMARY} FROM runs WHERE run_id = ?`);
    this.#all = database.prepare(`SELECT ${COLUMNS} FROM run_events WHERE run_id = ? AND id > ? ORDER BY id LIMIT ?`);
    this.#idsOfType = database
      .prepare<[string, string, number, number], number>(
        'SELECT id FROM run_events WHERE run_id = ? AND type = ? AND id > ? ORDER BY id LIMIT ?',
      )
      .pluck();
    this.#byId = database.prepare(`SELECT ${COLUMNS} FROM run_events WHERE id = ?`);
    this.#newest = database.prepare(`SELECT id, ${SUMMARY} FROM runs WHERE id < ? ORDER BY id DESC LIMIT ?`);
    this.#types = database.prepare('SELECT type, count(*) AS count FROM run_events WHERE run_id = ? GROUP BY type');
    this.#terminal = database.prepare<[string], string | null>('SELECT terminal_json FROM runs WHERE run_id = ?').pluck();
  }

  /** The run and the page are of the same moment. */
  page(query: PageQuery): EncodedPage | undefined {
    return this.#database.transaction(() => {
      const run = this.#run.get(query.runId);
      if (run === undefined) return undefined;
      return { ...this.#read(query), run: encodeRun(run), isRunning: run.status === 'running' };
    })();
  }

  runs({ cursor = Number.MAX_SAFE_INTEGER, limit }: RunsQuery): { runs: string[]; nextCursor: string | null } {
    const rows = this.#newest.all(cursor, limit + 1);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return { runs: rows.slice(0, limit).map(encodeRun), nextCursor: last === undefined ? null : String(last.id) };
  }

  run(runId: string): string | undefined {
    const run = this.#run.get(runId);
    if (run === undefined) return undefined;
    const types = Object.fromEntries(this.#types.all(runId).map(({ type, count }) => [type, count]));
    const terminal = this.#terminal.get(runId) ?? 'null';
    return `${encodeRun(run).slice(0, -1)},"events_by_type":${JSON.stringify(types)},"terminal":${terminal}}`;
  }

  #read(query: PageQuery): Pick<EncodedPage, 'events' | 'hasMore'> {
    const events: [number, string][] = [];
    let bytes = 0;
    for (const row of this.#rows(query)) {
      if (events.length === query.limit || bytes > PAGE_BYTES) return { events, hasMore: true };
      const event = encodeEvent(row);
      events.push([row.id, event]);
      bytes += event.length;
    }
    return { events, hasMore: false };
  }

  /** One more than asked for, which tells whether there are more. */
  #rows({ runId, afterId, limit, types }: PageQuery): Iterable<EventColumns> {
    if (types.length === 0) return this.#all.iterate(runId, afterId, limit + 1);
    // Each type by its index: a scan of the run could pass all its events to find the rare ones.
    const ids = types.flatMap((type) => this.#idsOfType.all(runId, type, afterId, limit + 1));
    ids.sort((a, b) => a - b);
    return ids.slice(0, limit + 1).flatMap((id) => this.#byId.all(id));
  }
}

function encodeEvent({ payload_json: payload, ...row }: EventColumns): string {
  return `${JSON.stringify(row).slice(0, -1)},"payload":${payload},"truncated":${isTruncated(payload)}}`;
}

function encodeRun({ id: _id, ...run }: RunColumns): string {
  return JSON.stringify(run);
}
