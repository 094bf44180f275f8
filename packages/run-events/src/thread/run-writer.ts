import { PROXY_EXITED_ERROR_CODE, RUN_NOTES } from '@codex-proxy/contracts';
import { createRedactor, type Redactor } from '@codex-proxy/redaction';
import type { RowWriter } from '@codex-proxy/state-db';
import type { Database, Statement } from 'better-sqlite3';
import {
  LIMIT_MARKED,
  LIMIT_REACHED,
  type EndRow,
  type EventRow,
  type RecoverRow,
  type RunModuleOptions,
  type RunRow,
  type StartRow,
} from '../store/rows.ts';
import { prune } from './prune.ts';
import { redactPayload } from './redact-payload.ts';
import { RunCounts } from './run-counts.ts';
import { sizeAlone } from './truncation-mark.ts';

/** Writes runs and their events. Runs on the writer thread: all redaction happens here. */
export function createRowWriter(database: Database, options: RunModuleOptions): RowWriter<RunRow> {
  const writer = new RunWriter(database, options, createRedactor(options.redaction));
  return {
    write: (row) => writer.write(row),
    beforeCommit: () => writer.counts.write(),
    rolledBack: () => writer.counts.forget(),
    jobs: { prune: (request) => prune(database, request, () => writer.counts.forget()) },
  };
}

type EventValues = [
  runId: string,
  type: string,
  createdAt: string,
  correlationId: string | null,
  source: string | null,
  level: string | null,
  payload: string,
];

class RunWriter {
  readonly counts: RunCounts;
  readonly #options: RunModuleOptions;
  readonly #redactor: Redactor;
  readonly #insertEvent: Statement<EventValues>;
  readonly #start: Statement<[runId: string, model: string | null, route: string | null, startedAt: string]>;
  readonly #end: Statement<[Omit<EndRow, 'note' | 'kind' | 'level'>]>;
  readonly #running: Statement<[], { run_id: string; latest: string }>;
  readonly #closeInterrupted: Statement<[endedAt: string, errorCode: string, runId: string]>;

  constructor(database: Database, options: RunModuleOptions, redactor: Redactor) {
    this.#options = options;
    this.#redactor = redactor;
    this.counts = new RunCounts(database);
    this.#insertEvent = database.prepare(
      'INSERT INTO run_events (run_id, type, created_at, correlation_id, source, level, payload_json) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#start = database.prepare(
      `INSERT INTO runs (run_id, status, model, route, started_at) VALUES (?, 'running', ?, ?, ?)
       ON CONFLICT (run_id) DO UPDATE SET model = excluded.model, route = excluded.route, started_at = min(started_at, excluded.started_at)`,
    );
    this.#end = database.prepare(
      `UPDATE runs SET status = @status, model = coalesce(@model, model), route = coalesce(@route, route),
       started_at = min(started_at, @startedAt), ended_at = @endedAt, tokens_prompt = @tokensPrompt, tokens_response = @tokensResponse,
       error_code = @errorCode, terminal_json = @terminal WHERE run_id = @runId`,
    );
    this.#running = database.prepare(`SELECT run_id, coalesce(latest_event_at, started_at) AS latest FROM runs WHERE status = 'running'`);
    this.#closeInterrupted = database.prepare(`UPDATE runs SET status = 'failed', ended_at = ?, error_code = ? WHERE run_id = ?`);
  }

  write(row: RunRow): number | string {
    switch (row.kind) {
      case 'event':
        return this.#writeEvent(row);
      case 'start':
        return this.#writeStart(row);
      case 'end':
        return this.#writeEnd(row);
      case 'recover':
        return this.#recover(row);
    }
  }

  #writeEvent(row: EventRow): number | string {
    const { maxPerRun } = this.#options;
    const count = this.counts.count(row.runId, row.createdAt);
    if (count > maxPerRun) return LIMIT_REACHED;
    if (count === maxPerRun) {
      this.#insertNote(row.runId, row.createdAt, 'warn', { reason: RUN_NOTES.limit, limit: maxPerRun });
      return LIMIT_MARKED;
    }
    const [correlationId, source] = [this.#redactText(row.correlationId), this.#redactText(row.source)];
    return this.#insert([row.runId, row.type, row.createdAt, correlationId, source, row.level, this.#payloadOf(row)]);
  }

  #payloadOf({ payload, type, oversizeBytes }: EventRow): string {
    if (oversizeBytes !== undefined) return sizeAlone(oversizeBytes);
    const { content, maxPayloadBytes } = this.#options;
    try {
      return redactPayload(payload, type, { redactor: this.#redactor, content, maxBytes: maxPayloadBytes });
    } catch {
      // Nested deeper than can be walked.
      return sizeAlone(Buffer.byteLength(payload));
    }
  }

  #redactText(text: string | null): string | null {
    return text === null ? null : this.#redactor.text(text);
  }

  #writeStart({ runId, model, route, startedAt }: StartRow): number {
    return Number(this.#start.run(runId, this.#redactText(model), route, startedAt).lastInsertRowid);
  }

  #writeEnd({ kind: _kind, note, level, ...row }: EndRow): number {
    // Makes sure that there is a row.
    this.counts.count(row.runId, row.startedAt);
    this.#end.run({ ...row, model: this.#redactText(row.model), terminal: this.#redactor.json(row.terminal) });
    return this.#insert([row.runId, 'note', row.endedAt, null, 'proxy', level, this.#redactor.json(note)]);
  }

  #recover({ at }: RecoverRow): number {
    const interrupted = this.#running.all();
    for (const { run_id: runId, latest } of interrupted) {
      this.#closeInterrupted.run(latest, PROXY_EXITED_ERROR_CODE, runId);
      this.#insertNote(runId, at, 'error', { reason: RUN_NOTES.proxyExited, outcome: 'failed', error_code: PROXY_EXITED_ERROR_CODE });
    }
    return interrupted.length;
  }

  #insertNote(runId: string, at: string, level: string, note: Record<string, unknown>): void {
    this.#insert([runId, 'note', at, null, 'proxy', level, JSON.stringify(note)]);
  }

  #insert(values: EventValues): number {
    const { lastInsertRowid } = this.#insertEvent.run(...values);
    this.counts.add(values[0], values[2]);
    return Number(lastInsertRowid);
  }
}
