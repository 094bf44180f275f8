import type { Channel, ChannelOptions } from './channel.ts';
import type { OpenOptions } from './database/open.ts';
import { StateDbError, toStateDbError } from './errors.ts';
import { AppendQueue, type Outcome, type QueueOptions } from './queue/append-queue.ts';
import type { Failure, OpenChannel, Report } from './thread/messages.ts';
import { StateThread } from './thread/state-thread.ts';

export interface StateDbOptions extends OpenOptions {
  /** Where `state.sqlite` is or shall be. */
  readonly path: string;
  readonly queue?: QueueOptions;
  /** Before a thread that died is started again; doubled, up to 30 s, as long as that fails. Default 1,000. */
  readonly restartMs?: number;
  /**
   * A database that cannot be opened is tried again, as after a thread that died, instead of rejecting: until then rows are dropped as
   * `unavailable`, and questions are answered with the error. Default false.
   */
  readonly retryOpening?: boolean;
  /** How often a database that could not be written is tried, whether or not there is something to write. Default 5,000. */
  readonly probeMs?: number;
  /** What closing gives rows that still wait, and then each thread to end. Default 5,000. */
  readonly closeTimeoutMs?: number;
  /** Rows cannot be written: once until they can be again. */
  readonly onFailure?: (error: StateDbError) => void;
  /** They can be again; `dropped` is how many were lost meanwhile. */
  readonly onRecover?: (recovery: { readonly dropped: number }) => void;
}

/** How rows and readings get to the database: to the one that is open, or to none. */
export interface StateDb {
  /** Where `state.sqlite` is. */
  readonly path: string;
  /** Why rows cannot be written just now. */
  readonly failure: StateDbError | undefined;
  /** Rows that wait or are being written. */
  readonly queuedRows: number;
  readonly queuedBytes: number;
  /** Rows of all channels that were not kept for want of room or of a database that takes them. */
  readonly droppedRows: number;
  channel<Row>(options: ChannelOptions<Row>): Channel<Row>;
  /** Resolves when all that was appended before is committed or dropped. */
  flush(): Promise<void>;
  /** Flushes, as long as `closeTimeoutMs` allows, and ends both threads. What could not be written counts as dropped. */
  close(): Promise<void>;
}

const RESTART_MS = 1_000;
const MAX_RESTART_MS = 30_000;
const PROBE_MS = 5_000;
const CLOSE_TIMEOUT_MS = 5_000;
/** Outcomes of rows that there was no fault in. */
const LOSSES: ReadonlySet<Outcome> = new Set(['queue_full', 'write_failed', 'unavailable', 'closed']);

/**
 * Opens `state.sqlite` on a thread that writes and one that reads.
 *
 * Rejects with a `StateDbError`: `state_db_newer` and `state_db_corrupt` for a file that is then left untouched, `state_db_busy` and
 * `state_db_unavailable` for one that cannot be used now. `closedStateDb` lets the rest go on without; with `retryOpening` it opens when it can.
 */
export async function openStateDb(options: StateDbOptions): Promise<StateDb> {
  const stateDb = new OpenStateDb(options);
  await stateDb.open();
  return stateDb;
}

class OpenStateDb implements StateDb {
  readonly #options: StateDbOptions;
  readonly #queue: AppendQueue;
  readonly #channels: OpenChannel[] = [];
  #writer: StateThread | undefined;
  #reader: StateThread | undefined;
  #readerStart: Promise<StateThread> | undefined;
  #restart: NodeJS.Timeout | undefined;
  #restartMs: number;
  #probe: NodeJS.Timeout | undefined;
  #failure: StateDbError | undefined;
  #droppedRows = 0;
  #droppedBefore = 0;
  /** Set when nothing more is taken: the code that rows get. */
  #refusal: 'closed' | 'unavailable' | undefined;

  constructor(options: StateDbOptions) {
    this.#options = options;
    this.#restartMs = options.restartMs ?? RESTART_MS;
    this.#queue = new AppendQueue((batch) => {
      this.#writer?.hold();
      this.#writer?.post(batch);
    }, options.queue ?? {});
  }

  get path(): string {
    return this.#options.path;
  }

  get failure(): StateDbError | undefined {
    return this.#failure;
  }

  get queuedRows(): number {
    return this.#queue.rows;
  }

  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  get droppedRows(): number {
    return this.#droppedRows;
  }

  async open(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      if (this.#options.retryOpening !== true) throw error;
      this.#fail(toStateDbError(error));
      this.#giveUp();
      this.#restartLater();
    }
  }

  async #start(): Promise<void> {
    const writer = await this.#startThread('writer', (error) => this.#onWriterLost(error));
    if (this.#refusal === 'closed') return void writer.close(0);
    this.#writer = writer;
    this.#restartMs = this.#options.restartMs ?? RESTART_MS;
    this.#refusal = undefined;
    this.#queue.resume();
    if (this.#failure !== undefined) this.#probeNow();
  }

  channel<Row>({ writer, reader, options, sizeOf, onOutcome }: ChannelOptions<Row>): Channel<Row> {
    const channel = this.#channels.length;
    const opening = { kind: 'channel', channel, writer: writer.href, reader: reader.href, options } as const;
    this.#channels.push(opening);
    this.#writer?.post(opening);
    this.#reader?.post(opening);
    const push = (row: Row, resolve?: (outcome: Outcome) => void): void => {
      const settle = (outcome: Outcome): void => {
        if (LOSSES.has(outcome)) this.#droppedRows += 1;
        resolve?.(outcome);
        try {
          onOutcome?.(row, outcome);
        } catch (error) {
          surface(error);
        }
      };
      if (this.#refusal !== undefined) settle(this.#refusal);
      else if (!this.#queue.push({ channel, row, bytes: sizeOf(row), settle })) settle('queue_full');
    };
    return {
      append: (row) => new Promise((resolve) => push(row, resolve)),
      post: (row) => push(row),
      run: async (job, argument) => {
        if (this.#writer === undefined) throw this.#failure ?? new StateDbError('state_db_closed', 'the database is closed');
        return this.#writer.call(channel, job, argument);
      },
      read: async (name, argument) => {
        const thread = this.#reader ?? (await this.#startReader());
        return thread.call(channel, name, argument).catch((error: unknown) => {
          const failure = toStateDbError(error);
          if (failure.code === 'state_db_corrupt') this.#onDamage(failure);
          throw failure;
        });
      },
    };
  }

  async flush(): Promise<void> {
    return this.#queue.flush();
  }

  async close(): Promise<void> {
    if (this.#refusal === 'closed') return;
    this.#refusal = 'closed';
    clearTimeout(this.#restart);
    clearTimeout(this.#probe);
    const patience = Promise.withResolvers<undefined>();
    const { closeTimeoutMs = CLOSE_TIMEOUT_MS } = this.#options;
    const timer = setTimeout(() => patience.resolve(undefined), closeTimeoutMs);
    if (this.#writer !== undefined) await Promise.race([this.#queue.flush(), patience.promise]);
    clearTimeout(timer);
    // The writer last: the last connection to close leaves one file alone.
    await this.#reader?.close(closeTimeoutMs);
    await this.#writer?.close(closeTimeoutMs);
    this.#reader = undefined;
    this.#writer = undefined;
    this.#queue.abandon('closed');
  }

  async #startThread(role: 'writer' | 'reader', onLost: (error: StateDbError) => void): Promise<StateThread> {
    const { path, ...open } = pickOpening(this.#options);
    const onMessage = (message: Report): void => this.#receive(message);
    const thread = new StateThread({ role, data: { path, open }, onMessage, onLost });
    await thread.opened;
    for (const channel of this.#channels) thread.post(channel);
    return thread;
  }

  /** Only when something is to be read. */
  async #startReader(): Promise<StateThread> {
    if (this.#refusal === 'closed') throw new StateDbError('state_db_closed', 'the database is closed');
    this.#readerStart ??= this.#startThread('reader', () => {
      this.#reader = undefined;
    }).finally(() => {
      this.#readerStart = undefined;
    });
    this.#reader = await this.#readerStart;
    return this.#reader;
  }

  #receive(message: Report): void {
    switch (message.kind) {
      case 'committed':
        this.#writer?.release();
        this.#queue.settle(message.batch, message.outcomes);
        if (this.#failure !== undefined && message.outcomes.some((outcome) => typeof outcome === 'number')) this.#recover();
        return;
      case 'lost':
        this.#writer?.release();
        this.#fail(message.failure);
        this.#queue.lose(message.batch, 'write_failed');
        if (message.failure.code === 'state_db_corrupt') this.#giveUp();
        return;
      case 'damaged':
        return this.#onDamage(message.failure);
      case 'probed':
        if (this.#failure !== undefined && this.#refusal === undefined) this.#recover();
        return;
      case 'waiting':
      case 'channel_failed':
        return this.#fail(message.failure);
    }
  }

  #fail({ code, message }: Failure): void {
    const isNew = this.#failure === undefined;
    if (isNew) this.#droppedBefore = this.#droppedRows;
    this.#failure = new StateDbError(code, message);
    this.#probeLater();
    if (isNew) this.#options.onFailure?.(this.#failure);
  }

  #recover(): void {
    clearTimeout(this.#probe);
    this.#probe = undefined;
    this.#failure = undefined;
    this.#options.onRecover?.({ dropped: this.#droppedRows - this.#droppedBefore });
  }

  /** Without rows, nothing else would find out that the database can be written again. */
  #probeLater(): void {
    this.#probe ??= setTimeout(() => this.#probeNow(), this.#options.probeMs ?? PROBE_MS).unref();
  }

  #probeNow(): void {
    clearTimeout(this.#probe);
    this.#probe = undefined;
    if (this.#refusal !== undefined) return;
    this.#writer?.post({ kind: 'probe' });
    this.#probeLater();
  }

  #onDamage(failure: Failure): void {
    this.#fail(failure);
    this.#giveUp();
  }

  /** What is written into a damaged file damages it further. When somebody has put it away, the writer thread sees that, and a new one starts. */
  #giveUp(): void {
    this.#refusal ??= 'unavailable';
    this.#queue.abandon('unavailable');
  }

  #onWriterLost(error: StateDbError): void {
    this.#writer = undefined;
    this.#fail(error);
    this.#queue.pause('write_failed');
    this.#restartLater();
  }

  #restartLater(): void {
    this.#restart = setTimeout(() => {
      this.#restartMs = Math.min(2 * this.#restartMs, MAX_RESTART_MS);
      this.#reopen().catch((error: unknown) => {
        const failure = toStateDbError(error);
        this.#fail(failure);
        if (failure.code === 'state_db_corrupt') this.#giveUp();
        if (this.#refusal !== 'closed') this.#restartLater();
      });
    }, this.#restartMs).unref();
  }

  /** The reader may have a file open that is not the one of that name any more. */
  async #reopen(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    await reader?.close(this.#options.closeTimeoutMs ?? CLOSE_TIMEOUT_MS);
    await this.#start();
  }
}

/** What a thread needs to know; the rest cannot be cloned. */
function pickOpening({ path, busyTimeoutMs, maxBytes }: StateDbOptions): Pick<StateDbOptions, 'path' | 'busyTimeoutMs' | 'maxBytes'> {
  return { path, ...(busyTimeoutMs === undefined ? {} : { busyTimeoutMs }), ...(maxBytes === undefined ? {} : { maxBytes }) };
}

/** A defect of one who listens harms no row: it surfaces as an uncaught error of its own. */
function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
