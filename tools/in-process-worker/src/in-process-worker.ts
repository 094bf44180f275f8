import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort, type Transferable } from 'node:worker_threads';

const THREADS = 'node:worker_threads';

/** What is needed of a test runner: `vi` of vitest has it. */
export interface ModuleMocks {
  resetModules(): unknown;
  doMock(path: string, create: () => Promise<object>): unknown;
  importActual(path: string): Promise<object>;
}

/** The part of a `Worker` that our packages use. */
export interface InProcessWorker extends EventEmitter {
  postMessage(message: unknown, transfer?: readonly Transferable[]): void;
  ref(): void;
  unref(): void;
  terminate(): void;
}

/**
 * Makes a stand-in for the class `Worker` of `node:worker_threads`: it runs the program of a thread in this one, each time as new, with a real
 * channel between. A program that fails to load is an unhandled rejection.
 */
export function createInProcessWorker(mocks: ModuleMocks): new (program: URL) => InProcessWorker {
  let starting: Promise<unknown> = Promise.resolve();

  class Stand extends EventEmitter implements InProcessWorker {
    readonly #port: MessagePort;

    constructor(program: URL) {
      super();
      const { port1, port2 } = new MessageChannel();
      this.#port = port1;
      port1.on('message', (message) => this.emit('message', message));
      port1.on('close', () => this.emit('exit', 0));
      // One at a time: the program finds its port where it looks for it.
      starting = starting.then(() => run(program, port2));
    }

    postMessage(message: unknown, transfer: readonly Transferable[] = []): void {
      this.#port.postMessage(message, transfer);
    }

    ref(): void {
      this.#port.ref();
    }

    unref(): void {
      this.#port.unref();
    }

    terminate(): void {
      this.#port.close();
    }
  }

  async function run(program: URL, parentPort: MessagePort): Promise<void> {
    mocks.resetModules();
    mocks.doMock(THREADS, async () => ({ ...(await mocks.importActual(THREADS)), parentPort, Worker: Stand }));
    await import(program.href);
  }

  return Stand;
}
