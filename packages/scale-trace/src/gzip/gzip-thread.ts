import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { threadArguments } from '@codex-proxy/state-db';
import { ArchiveError } from '../errors.ts';
import { alone, free, type Bytes } from './memory.ts';
import type { FromGzip, ToGzip } from './messages.ts';

type Pieces = AsyncIterable<Bytes>;

const NURSERY_MB = 1;
/** One piece is at work, and the next one waits for it. */
const AHEAD = 1;

/**
 * A thread that compresses an archive and decompresses it, while the one that has started it makes or reads the next piece. On Linux it has the
 * priority of that one. The pool, on which Node's streams of zlib work, belongs to those that serve: it could not be made to let others go first
 * without the privilege to undo that.
 */
export class GzipThread {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #asked: PromiseWithResolvers<Bytes>[] = [];
  #loss: ArchiveError | undefined;

  constructor() {
    // The sources run as they are, the built package as JavaScript.
    this.#worker = new Worker(new URL(`./main${extname(import.meta.url)}`, import.meta.url), {
      execArgv: threadArguments(process.execArgv),
      resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB },
    });
    let reason = 'it was ended';
    this.#worker.on('message', (message: FromGzip) => this.#receive(message));
    this.#worker.on('error', (error: unknown) => {
      reason = String(error);
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#lose(new ArchiveError('archive_thread_lost', `the thread that compresses ended: ${reason}`));
        resolve();
      });
    });
  }

  /** A step of a pipeline. It takes the memory of each piece; what it gives is there until the next one is asked for. */
  readonly deflate = (pieces: Pieces): AsyncGenerator<Bytes, undefined> => this.#each('deflate', pieces);

  /** The way back, by the same pieces. Throws `archive_damaged`. */
  readonly inflate = (pieces: Pieces): AsyncGenerator<Bytes, undefined> => this.#each('inflate', pieces);

  /** Whatever it is at. */
  async end(): Promise<void> {
    await this.#worker.terminate();
    await this.#exited;
  }

  async *#each(task: ToGzip['task'], pieces: Pieces): AsyncGenerator<Bytes, undefined> {
    const answers: Promise<Bytes>[] = [];
    for await (const bytes of pieces) {
      const answer = this.#ask({ task, bytes: alone(bytes) });
      // Whoever has given up hears of no failure.
      answer.catch(() => undefined);
      answers.push(answer);
      yield* inTurn(answers.splice(0, answers.length - AHEAD));
    }
    yield* inTurn(answers);
    return undefined;
  }

  async #ask(request: ToGzip): Promise<Bytes> {
    if (this.#loss !== undefined) throw this.#loss;
    const answer = Promise.withResolvers<Bytes>();
    this.#asked.push(answer);
    this.#worker.postMessage(request, [request.bytes.buffer]);
    return answer.promise;
  }

  #receive(message: FromGzip): void {
    const answer = this.#asked.shift();
    if (message.kind === 'done') answer?.resolve(message.bytes);
    else answer?.reject(new ArchiveError(message.failure.code, message.failure.message));
  }

  #lose(loss: ArchiveError): void {
    this.#loss = loss;
    for (const { reject } of this.#asked) reject(loss);
  }
}

async function* inTurn(answers: readonly Promise<Bytes>[]): AsyncGenerator<Bytes, undefined> {
  for (const answer of answers) {
    const bytes = await answer;
    yield bytes;
    free(bytes);
  }
  return undefined;
}
