import { extname } from 'node:path';
import {
  runDetailSchema,
  runEventsPageSchema,
  runsPageSchema,
  type RunDetail,
  type RunEventContentMode,
  type RunEventDropReason,
  type RunEventInput,
  type RunEventsPage,
  type RunEventTypeName,
  type RunsPage,
  type TerminalRecord,
} from '@codex-proxy/contracts';
import { sizeOnDisk, type Channel, type Outcome, type StateDb } from '@codex-proxy/state-db';
import { z } from 'zod';
import { appendedOf, dropReasonOf, type Appended } from './appended.ts';
import { endRowOf } from './end-row.ts';
import { eventRowOf } from './event-row.ts';
import {
  encodedPageSchema,
  LIMIT_MARKED,
  pruneResultSchema,
  type EncodedPage,
  type PageQuery,
  type RunEventRedaction,
  type RunModuleOptions,
  type RunRow,
} from './rows.ts';
import type { EventsQuery, Pruned, RunEventStore, RunStart, TailQuery } from './run-event-store.ts';
import { tail, type TailItem } from './tail.ts';
import { Watches } from './watches.ts';

export interface RunEventStoreOptions {
  /** The open database, or the closed one that stands for it. */
  readonly stateDb: StateDb;
  /** Operator rules, beside the built-in ones. They go to the writer thread: no functions. */
  readonly redaction?: RunEventRedaction;
  /** `none`, the default: lengths of texts only. `preview`: their beginning too, redacted. */
  readonly content?: RunEventContentMode;
  /** What a stored payload may take. Default 65,536; at least 256. */
  readonly maxPayloadBytes?: number;
  /** Events that are kept of a run, but for the note that says so and the one that ends it. Default 10,000. */
  readonly maxPerRun?: number;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly nowMs?: () => number;
  /** Events were committed. */
  readonly onAppended?: (type: RunEventTypeName, count: number) => void;
  /** An event was not kept. */
  readonly onDropped?: (reason: RunEventDropReason) => void;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const MAX_PAYLOAD_BYTES = 65_536;
const MIN_PAYLOAD_BYTES = 256;
const MAX_PER_RUN = 10_000;
const IDLE_MS = 15_000;
const DAY_MS = 86_400_000;

/** Makes the store, and closes the runs that were running when the last process ended. */
export function createRunEventStore(options: RunEventStoreOptions): RunEventStore {
  return new DurableRunEventStore(options);
}

const encodedRunsSchema = z.object({ runs: z.array(z.string()), nextCursor: z.string().nullable() });

class DurableRunEventStore implements RunEventStore {
  readonly #options: RunEventStoreOptions;
  readonly #nowMs: () => number;
  readonly #channel: Channel<RunRow>;
  readonly #watches = new Watches();

  constructor(options: RunEventStoreOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    const moduleOptions: RunModuleOptions = {
      content: options.content ?? 'none',
      maxPayloadBytes: Math.max(MIN_PAYLOAD_BYTES, options.maxPayloadBytes ?? MAX_PAYLOAD_BYTES),
      maxPerRun: options.maxPerRun ?? MAX_PER_RUN,
      redaction: options.redaction ?? {},
    };
    this.#channel = options.stateDb.channel<RunRow>({
      writer: new URL(`../thread/run-writer${extname(import.meta.url)}`, import.meta.url),
      reader: new URL(`../thread/run-reader${extname(import.meta.url)}`, import.meta.url),
      options: moduleOptions,
      sizeOf,
      onOutcome: (row, outcome) => this.#onOutcome(row, outcome),
    });
    this.#channel.post({ kind: 'recover', at: this.#now() });
  }

  startRun({ runId, model, route }: RunStart): void {
    this.#channel.post({ kind: 'start', runId, model: model ?? null, route: route ?? null, startedAt: this.#now() });
  }

  async appendRunEvent(runId: string, event: RunEventInput): Promise<Appended> {
    const row = eventRowOf(runId, event, this.#nowMs);
    return row === undefined ? this.#refuse() : appendedOf(await this.#channel.append(row));
  }

  recordRunEvent(runId: string, event: RunEventInput): void {
    const row = eventRowOf(runId, event, this.#nowMs);
    if (row === undefined) this.#refuse();
    else this.#channel.post(row);
  }

  async endRun(terminal: TerminalRecord): Promise<Appended> {
    return appendedOf(await this.#channel.append(endRowOf(terminal, this.#nowMs())));
  }

  async listRunEvents(runId: string, query: EventsQuery = {}): Promise<RunEventsPage> {
    const text = await this.encodeRunEvents(runId, query);
    if (text === undefined) return { events: [], nextAfterId: query.afterId ?? 0, hasMore: false };
    return runEventsPageSchema.parse(JSON.parse(text));
  }

  async encodeRunEvents(runId: string, { afterId = 0, limit = DEFAULT_LIMIT, types = [] }: EventsQuery = {}): Promise<string | undefined> {
    const page = await this.#readPage({ runId, afterId, limit: clamp(limit), types: [...types] });
    if (page === undefined) return undefined;
    const texts = page.events.map(([, text]) => text);
    const [lastId] = page.events.at(-1) ?? [afterId];
    return `{"events":[${texts.join(',')}],"nextAfterId":${lastId},"hasMore":${page.hasMore}}`;
  }

  async listRuns({
    limit = DEFAULT_LIMIT,
    cursor,
  }: { readonly limit?: number | undefined; readonly cursor?: string | undefined } = {}): Promise<RunsPage> {
    const query = { limit: clamp(limit), ...(cursor === undefined ? {} : { cursor: Number(cursor) }) };
    const { runs, nextCursor } = encodedRunsSchema.parse(await this.#channel.read('runs', query));
    return runsPageSchema.parse({ runs: runs.map((run): unknown => JSON.parse(run)), nextCursor });
  }

  async getRun(runId: string): Promise<RunDetail | undefined> {
    const run = await this.#channel.read('run', runId);
    return typeof run === 'string' ? runDetailSchema.parse(JSON.parse(run)) : undefined;
  }

  async *tailRunEvents(runId: string, query: TailQuery): AsyncGenerator<TailItem, void> {
    const { afterId = 0, types = [], signal, idleMs = IDLE_MS } = query;
    const watch = this.#watches.open(runId);
    try {
      const read = (page: PageQuery): Promise<EncodedPage | undefined> => this.#readPage(page);
      yield* tail({ runId, afterId, limit: DEFAULT_LIMIT, types: [...types] }, { read, watch, signal, idleMs });
    } finally {
      watch.close();
    }
  }

  async pruneRunEvents(olderThanDays: number): Promise<Pruned> {
    const startedAtMs = performance.now();
    const before = new Date(this.#nowMs() - olderThanDays * DAY_MS).toISOString();
    const { path } = this.#options.stateDb;
    const sizeBefore = sizeOnDisk(path);
    const result = pruneResultSchema.parse(await this.#channel.run('prune', { before }));
    const bytes = Math.max(0, sizeBefore - sizeOnDisk(path));
    return { ...result, bytes, durationMs: performance.now() - startedAtMs };
  }

  async flush(): Promise<void> {
    return this.#options.stateDb.flush();
  }

  async #readPage(query: PageQuery): Promise<EncodedPage | undefined> {
    const page = await this.#channel.read('page', query);
    return page === undefined ? undefined : encodedPageSchema.parse(page);
  }

  #refuse(): Appended {
    this.#options.onDropped?.('invalid');
    return { stored: false, reason: 'invalid' };
  }

  #onOutcome(row: RunRow, outcome: Outcome): void {
    if (typeof outcome === 'string') return this.#onLost(row, outcome);
    switch (row.kind) {
      case 'event':
        this.#options.onAppended?.(row.type, 1);
        return this.#watches.notify(row.runId);
      case 'end':
        this.#options.onAppended?.('note', 1);
        return this.#watches.notify(row.runId);
      case 'recover':
        if (outcome > 0) this.#options.onAppended?.('note', outcome);
        return;
      case 'start':
    }
  }

  #onLost(row: RunRow, code: string): void {
    if (row.kind !== 'event' && row.kind !== 'end') return;
    if (code === LIMIT_MARKED) {
      this.#options.onAppended?.('note', 1);
      this.#watches.notify(row.runId);
    }
    this.#options.onDropped?.(dropReasonOf(code));
  }

  #now(): string {
    return new Date(this.#nowMs()).toISOString();
  }
}

function clamp(limit: number): number {
  return Math.min(MAX_LIMIT, Math.max(1, limit));
}

function sizeOf(row: RunRow): number {
  if (row.kind === 'event') return row.payload.length;
  return row.kind === 'end' ? row.terminal.length + row.note.length : 0;
}
