import { join } from 'node:path';
import { z } from 'zod';
import type { BenchmarkContext } from '../benchmark.ts';
import type { PipedChild } from '../process/children.ts';
import type { Recording } from './recording.ts';
import type { TurnClient, TurnTimes } from './turn.ts';

type Params = Readonly<Record<string, unknown>>;

interface Frame {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** The worker is trusted here: a check of each frame would be measured too. */
function isFrame(value: unknown): value is Frame {
  return typeof value === 'object' && value !== null;
}

type Listener = (method: string, params: Params) => void;

const threadStarted = z.object({ thread: z.object({ id: z.string() }) });

/** The least that can talk to the worker: the frames that the proxy sends, a line each, and JSON.parse on what comes back. */
export class RpcClient implements TurnClient {
  readonly #recording: Recording;
  readonly #child: PipedChild;
  readonly #deltas: number;
  readonly #pending = new Map<number, { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void }>();
  readonly #threads = new Map<string, Listener>();
  #nextId = 1;

  private constructor(recording: Recording, child: PipedChild, deltas: number) {
    this.#recording = recording;
    this.#child = child;
    this.#deltas = deltas;
    let held = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (held + chunk).split('\n');
      held = lines.pop() ?? '';
      for (const line of lines) this.#receive(line);
    });
  }

  /**
   * Starts a worker exactly as it was recorded, and shakes hands.
   * @param deltas That a whole answer has.
   */
  static async start(context: BenchmarkContext, recording: Recording, deltas: number): Promise<RpcClient> {
    const { file, args, environment, cwd } = recording;
    const child = context.children.startPiped(file, { args, environment, cwd, stderrFile: join(context.folder, 'bare-worker.log') });
    const client = new RpcClient(recording, child, deltas);
    await client.#request('initialize', recording.params.get('initialize') ?? {});
    client.#send({ jsonrpc: '2.0', method: 'initialized' });
    return client;
  }

  async turn(): Promise<TurnTimes> {
    const startedAtMs = performance.now();
    const started = await this.#request('thread/start', this.#params('thread/start'));
    const threadId = threadStarted.parse(started).thread.id;
    return new Promise((resolve, reject) => {
      let firstDeltaMs: number | undefined;
      let deltas = 0;
      this.#threads.set(threadId, (method) => {
        if (method === 'item/agentMessage/delta') {
          firstDeltaMs ??= performance.now() - startedAtMs;
          deltas += 1;
        } else if (method === 'turn/completed') {
          const totalMs = performance.now() - startedAtMs;
          this.#threads.delete(threadId);
          this.#request('thread/unsubscribe', { ...this.#params('thread/unsubscribe'), threadId }).catch(reject);
          if (firstDeltaMs === undefined || deltas !== this.#deltas) reject(new Error(`a turn of the bare client had ${deltas} deltas`));
          else resolve({ firstDeltaMs, totalMs });
        }
      });
      this.#request('turn/start', { ...this.#params('turn/start'), threadId }).catch(reject);
    });
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }

  #params(method: string): Params {
    const params = this.#recording.params.get(method);
    if (params === undefined) throw new Error(`the recording has no ${method}`);
    return params;
  }

  async #request(method: string, params: Params): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#send({ jsonrpc: '2.0', id, method, params });
    });
  }

  #send(frame: object): void {
    this.#child.stdin.write(`${JSON.stringify(frame)}\n`);
  }

  #receive(line: string): void {
    const frame: unknown = JSON.parse(line);
    if (!isFrame(frame)) return;
    const { id, method, params = {} } = frame;
    if (method !== undefined) {
      const { threadId } = params;
      if (typeof threadId === 'string') this.#threads.get(threadId)?.(method, params);
      return;
    }
    const pending = this.#pending.get(id ?? 0);
    this.#pending.delete(id ?? 0);
    if (frame.error === undefined) pending?.resolve(frame.result);
    else pending?.reject(new Error(JSON.stringify(frame.error)));
  }
}
