import type { Database } from 'better-sqlite3';
import { StateDbError } from '../errors.ts';
import type { Call, FromThread, OpenChannel, ToReader } from './messages.ts';
import { loadModule, type RowReader } from './module.ts';
import { failureOf } from './writer-loop.ts';

/** All that the reader thread does: calls, answered in the order in which they come. */
export class ReaderLoop {
  readonly #database: Database;
  readonly #post: (message: FromThread) => void;
  readonly #onClosed: () => void;
  readonly #readers = new Map<number, RowReader>();
  #last: Promise<void> = Promise.resolve();

  constructor(database: Database, post: (message: FromThread) => void, onClosed: () => void) {
    this.#database = database;
    this.#post = post;
    this.#onClosed = onClosed;
  }

  receive(message: ToReader): void {
    this.#last = this.#last.then(() => this.#handle(message));
  }

  async #handle(message: ToReader): Promise<void> {
    switch (message.kind) {
      case 'channel':
        return this.#open(message);
      case 'call':
        return this.#answer(message);
      case 'close':
        this.#database.close();
        return this.#onClosed();
    }
  }

  async #open({ channel, reader, options }: OpenChannel): Promise<void> {
    try {
      const create = await loadModule(reader, 'createRowReader');
      this.#readers.set(channel, create(this.#database, options));
    } catch (error) {
      this.#post({ kind: 'channel_failed', channel, failure: failureOf(error) });
    }
  }

  #answer({ call, channel, name, argument }: Call): void {
    try {
      const read = this.#readers.get(channel)?.[name];
      if (read === undefined) throw new StateDbError('state_db_unavailable', `there is no reading called ${name}`);
      this.#post({ kind: 'answer', call, result: read(argument) });
    } catch (error) {
      this.#post({ kind: 'call_failed', call, failure: failureOf(error) });
    }
  }
}
