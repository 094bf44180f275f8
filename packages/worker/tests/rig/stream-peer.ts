import { PassThrough } from 'node:stream';
import { RpcChannel, type ThreadSink } from '../../src/channel/rpc-channel.ts';
import type { RpcId } from '../../src/protocol/messages.ts';

export interface SentFrame {
  readonly id?: RpcId;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface ServerRequestSeen {
  readonly id: RpcId;
  readonly method: string;
  readonly sink: ThreadSink | undefined;
}

/** The other end of a channel, in this process: what a worker reads and writes. */
export class StreamPeer {
  readonly channel: RpcChannel;
  readonly #toChannel = new PassThrough();
  readonly #fromChannel = new PassThrough();
  /** Each write, as it came. */
  readonly writes: string[] = [];
  readonly serverRequests: ServerRequestSeen[] = [];
  readonly protocolErrors: (readonly [reason: string, bytes: number])[] = [];
  readonly #answered = new Set<RpcId>();

  constructor(maxLineBytes = 1_000_000) {
    this.#fromChannel.on('data', (chunk: Buffer) => this.writes.push(chunk.toString('utf8')));
    this.channel = new RpcChannel({
      input: this.#toChannel,
      output: this.#fromChannel,
      maxLineBytes,
      onServerRequest: (id, method, sink) => this.serverRequests.push({ id, method, sink }),
      onProtocolError: (reason, bytes) => this.protocolErrors.push([reason, bytes]),
    });
  }

  /** All frames that the channel has sent, in order. */
  get frames(): SentFrame[] {
    return this.writes.flatMap((text) =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line): SentFrame => JSON.parse(line)),
    );
  }

  requests(method: string): SentFrame[] {
    return this.frames.filter((frame) => frame.method === method);
  }

  /** Requests that have no answer yet, oldest first. */
  get waiting(): SentFrame[] {
    return this.frames.filter((frame) => frame.id !== undefined && frame.method !== undefined && !this.#answered.has(frame.id));
  }

  /** Answers the oldest request of `method` that has no answer yet. */
  async answer(method: string, outcome: { readonly result: unknown } | { readonly error: object }): Promise<void> {
    await delivered();
    const request = this.waiting.find((frame) => frame.method === method);
    if (request?.id === undefined) throw new Error(`no ${method} waits for an answer`);
    this.#answered.add(request.id);
    await this.write({ id: request.id, ...outcome });
  }

  async write(...frames: readonly (object | string)[]): Promise<void> {
    for (const frame of frames) this.#toChannel.write(`${typeof frame === 'string' ? frame : JSON.stringify(frame)}\n`);
    await delivered();
  }

  /** Reads nothing more, until `unhold`. */
  hold(): void {
    this.#fromChannel.pause();
  }

  async unhold(): Promise<void> {
    this.#fromChannel.resume();
    await delivered();
  }

  breakPipes(): void {
    this.#toChannel.destroy(new Error('EPIPE'));
    this.#fromChannel.destroy(new Error('EPIPE'));
  }
}

/** Everything that was written before has arrived. */
export async function delivered(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
