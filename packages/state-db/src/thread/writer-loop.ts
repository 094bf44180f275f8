import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { probe } from '../database/probe.ts';
import { StateDbError, toStateDbError } from '../errors.ts';
import type { Batch, Call, Failure, FromThread, OpenChannel, ToThread } from './messages.ts';
import { loadModule, type RowWriter } from './module.ts';
import { writeBatch } from './transaction.ts';
import { WatchedFile } from './watched-file.ts';

const LOCKED_PAUSE_MS = 50;
/** After this long without a write the write-ahead log is emptied. */
const IDLE_MS = 1_000;
const WATCH_MS = 1_000;

interface Job {
  readonly call: number;
  readonly steps: Generator<undefined, unknown>;
}

/** All that the writer thread does, one thing after another; steps of jobs come between batches. */
export class WriterLoop {
  readonly #database: Database;
  readonly #post: (message: FromThread) => void;
  readonly #onClosed: () => void;
  readonly #writers = new Map<number, RowWriter<unknown>>();
  readonly #pending: ToThread[] = [];
  readonly #jobs: Job[] = [];
  #running = false;
  #idle: NodeJS.Timeout | undefined;
  readonly #file: WatchedFile;
  readonly #watch: NodeJS.Timeout;

  constructor(database: Database, post: (message: FromThread) => void, onClosed: () => void) {
    this.#database = database;
    this.#post = post;
    this.#onClosed = onClosed;
    this.#file = new WatchedFile(database.name);
    // What is thrown ends the thread: another one opens what is there then.
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
  }

  receive(message: ToThread): void {
    this.#pending.push(message);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    clearTimeout(this.#idle);
    for (;;) {
      const message = this.#pending.shift();
      const [job] = this.#jobs;
      if (message?.kind === 'close') return this.#close();
      if (message !== undefined) await this.#handle(message);
      else if (job !== undefined) await this.#step(job);
      else break;
    }
    this.#running = false;
    this.#idle = setTimeout(() => this.#emptyLog(), IDLE_MS);
  }

  async #handle(message: Exclude<ToThread, { kind: 'close' }>): Promise<void> {
    switch (message.kind) {
      case 'channel':
        return this.#open(message);
      case 'batch':
        return this.#write(message);
      case 'call':
        return this.#begin(message);
      case 'probe':
        return this.#probe();
    }
  }

  async #open({ channel, writer, options }: OpenChannel): Promise<void> {
    try {
      const create = await loadModule(writer, 'createRowWriter');
      this.#writers.set(channel, create(this.#database, options));
    } catch (error) {
      this.#post({ kind: 'channel_failed', channel, failure: failureOf(error) });
    }
  }

  async #write(batch: Batch): Promise<void> {
    for (;;) {
      try {
        return this.#post({ kind: 'committed', batch: batch.batch, outcomes: writeBatch(this.#database, this.#writers, batch) });
      } catch (error) {
        const failure = failureOf(error);
        const isClosing = this.#pending.some(({ kind }) => kind === 'close');
        if (failure.code !== 'state_db_busy' || isClosing) return this.#post({ kind: 'lost', batch: batch.batch, failure });
        this.#post({ kind: 'waiting', failure });
        await sleep(LOCKED_PAUSE_MS);
      }
    }
  }

  #probe(): void {
    try {
      probe(this.#database);
      this.#post({ kind: 'probed' });
    } catch (error) {
      this.#post({ kind: 'waiting', failure: failureOf(error) });
    }
  }

  #begin({ call, channel, name, argument }: Call): void {
    try {
      const job = this.#writers.get(channel)?.jobs?.[name];
      if (job === undefined) throw new StateDbError('state_db_unavailable', `there is no job called ${name}`);
      this.#jobs.push({ call, steps: job(argument) });
    } catch (error) {
      this.#post({ kind: 'call_failed', call, failure: failureOf(error) });
    }
  }

  /** One step of the oldest job. What arrives meanwhile comes before the next. */
  async #step(job: Job): Promise<void> {
    try {
      const { done, value } = job.steps.next();
      if (done !== true) return await setImmediate();
      this.#post({ kind: 'answer', call: job.call, result: value });
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      this.#post({ kind: 'call_failed', call: job.call, failure: failureOf(error) });
    }
    this.#jobs.shift();
  }

  #look(): void {
    if (this.#file.look()) this.#post({ kind: 'damaged', failure: { code: 'state_db_corrupt', message: 'the file was emptied' } });
  }

  #emptyLog(): void {
    // A file that was emptied would be made as long as it was, of nothing.
    this.#look();
    try {
      this.#database.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // The next write will say what is wrong.
    }
  }

  #close(): void {
    clearInterval(this.#watch);
    for (const { call, steps } of this.#jobs) {
      // What a job has open it closes.
      steps.return(undefined);
      this.#post({ kind: 'call_failed', call, failure: { code: 'state_db_closed', message: 'closed' } });
    }
    this.#database.close();
    this.#onClosed();
  }
}

export function failureOf(error: unknown): Failure {
  const { code, message } = toStateDbError(error);
  return { code, message };
}
