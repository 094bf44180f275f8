import type { Readable, Writable } from 'node:stream';
import type { RpcErrorObject, RpcId } from '../protocol/messages.ts';
import { Register } from '../register/register.ts';
import { isDeltaLine, parseDeltaLine } from './delta-line.ts';
import { isObject, stringAt, type JsonObject } from './json-shape.ts';
import { LineReader } from './line-reader.ts';
import { repeatsAnItem } from './raw-item-line.ts';

export type RpcOutcome = { readonly result: unknown } | { readonly error: RpcErrorObject };

/** Called once with the answer, and the size of its frame. Never called when the channel closes first. */
export type RpcAnswer = (outcome: RpcOutcome, bytes: number) => void;

/** Receives all that concerns one thread. */
export interface ThreadSink {
  delta(itemId: string, text: string, bytes: number): void;
  notification(method: string, params: JsonObject, bytes: number): void;
  /** @returns whether the sink answers it, sooner or later. */
  serverRequest(id: RpcId, method: string, params: JsonObject, bytes: number): boolean;
  serverRequestAnswered(id: RpcId, method: string, outcome: RpcOutcome, bytes: number): void;
}

export interface RpcChannelOptions {
  /** What the worker writes. */
  readonly input: Readable;
  /** What the worker reads. */
  readonly output: Writable;
  readonly maxLineBytes: number;
  /** Answers a request of the worker that the sink of its thread leaves to others; called with that sink, if there is one. */
  readonly onServerRequest: (id: RpcId, method: string, sink: ThreadSink | undefined) => void;
  readonly onProtocolError: (reason: string, bytes: number) => void;
  /** The worker has taken all that was written. */
  readonly onDrain?: () => void;
}

interface Pending {
  readonly method: string;
  readonly answer: RpcAnswer;
}

/** JSON-RPC over two streams, a JSON object a line, with routing by thread. */
export class RpcChannel {
  readonly #options: RpcChannelOptions;
  readonly #pending = new Register<number, Pending>();
  readonly #sinks = new Register<string, ThreadSink>();
  #nextId = 1;
  #outgoing = '';
  #reads = 0;
  #taken = 0;
  #closed = false;

  constructor(options: RpcChannelOptions) {
    this.#options = options;
    const reader = new LineReader({
      maxLineBytes: options.maxLineBytes,
      onLine: (line, bytes) => {
        this.#receive(line, bytes);
      },
      onTooLong: (bytes) => {
        options.onProtocolError('line_too_long', bytes);
      },
    });
    options.input.on('data', (chunk: Buffer) => {
      this.#reads += 1;
      if (!this.#closed) reader.push(chunk);
    });
    // A broken pipe is news of the process's end, which its exit reports.
    options.input.on('error', () => undefined);
    options.output.on('error', () => undefined);
    options.output.on('drain', () => options.onDrain?.());
  }

  /** Requests that wait for an answer. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Reads so far. */
  get reads(): number {
    return this.#reads;
  }

  /** Writes that the worker has taken whole so far. */
  get taken(): number {
    return this.#taken;
  }

  /** Bytes that it has yet to take, about. */
  get untakenBytes(): number {
    return this.#outgoing.length + this.#options.output.writableLength;
  }

  /** @returns the id and the size of the frame. */
  request(method: string, params: object, answer: RpcAnswer): { id: number; bytes: number } {
    const id = this.#nextId++;
    const bytes = this.#send({ jsonrpc: '2.0', id, method, params });
    this.#pending.set(id, { method, answer });
    return { id, bytes };
  }

  notify(method: string): void {
    this.#send({ jsonrpc: '2.0', method });
  }

  respond(id: RpcId, outcome: RpcOutcome): number {
    return this.#send({ jsonrpc: '2.0', id, ...outcome });
  }

  /** No answer will be heard for `id` any more; a late one is ignored silently. */
  forget(id: number): void {
    const pending = this.#pending.get(id);
    if (pending !== undefined) this.#pending.set(id, { method: pending.method, answer: () => undefined });
  }

  attach(threadId: string, sink: ThreadSink): void {
    this.#sinks.set(threadId, sink);
  }

  detach(threadId: string): void {
    this.#sinks.delete(threadId);
  }

  /** Nothing is read, sent or answered after this. */
  close(): void {
    this.#closed = true;
    this.#pending.clear();
    this.#sinks.clear();
    this.#outgoing = '';
  }

  #send(frame: object): number {
    if (this.#closed) return 0;
    const line = JSON.stringify(frame);
    // What all clients send in one turn of the event loop leaves in one write: a write costs more than building its frames.
    if (this.#outgoing === '') {
      setImmediate(() => {
        this.#flush();
      });
    }
    this.#outgoing += `${line}\n`;
    return Buffer.byteLength(line);
  }

  #flush(): void {
    const text = this.#outgoing;
    this.#outgoing = '';
    if (text === '' || !this.#options.output.writable) return;
    this.#options.output.write(text, () => {
      this.#taken += 1;
    });
  }

  #receive(line: string, bytes: number): void {
    // Lines of the read in which it was closed.
    if (this.#closed) return;
    if (isDeltaLine(line)) {
      const delta = parseDeltaLine(line);
      if (delta !== undefined) {
        this.#sinks.get(delta.threadId)?.delta(delta.itemId, delta.text, bytes);
        return;
      }
    }
    if (repeatsAnItem(line)) return;
    let frame: unknown;
    try {
      frame = JSON.parse(line);
    } catch {
      this.#options.onProtocolError('not_json', bytes);
      return;
    }
    if (!isObject(frame)) this.#options.onProtocolError('not_an_object', bytes);
    else if (typeof frame.method === 'string') this.#receiveCall(frame.method, frame, bytes);
    else if (typeof frame.id === 'number') this.#receiveAnswer(frame.id, frame, bytes);
    else this.#options.onProtocolError('unknown_shape', bytes);
  }

  #receiveCall(method: string, frame: JsonObject, bytes: number): void {
    const params = isObject(frame.params) ? frame.params : {};
    const sink = this.#sinks.get(stringAt(params, 'threadId') ?? stringAt(params, 'conversationId') ?? '');
    const { id } = frame;
    if (typeof id === 'number' || typeof id === 'string') {
      if (sink?.serverRequest(id, method, params, bytes) !== true) this.#options.onServerRequest(id, method, sink);
      return;
    }
    if (sink === undefined) return;
    if (method === 'item/agentMessage/delta') {
      const text = stringAt(params, 'delta');
      if (text === undefined) this.#options.onProtocolError('unknown_shape', bytes);
      else sink.delta(stringAt(params, 'itemId') ?? '', text, bytes);
      return;
    }
    sink.notification(method, params, bytes);
  }

  #receiveAnswer(id: number, frame: JsonObject, bytes: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) {
      this.#options.onProtocolError('unknown_id', bytes);
      return;
    }
    this.#pending.delete(id);
    const { error } = frame;
    if (error === undefined) {
      pending.answer({ result: frame.result }, bytes);
      return;
    }
    const code = isObject(error) && typeof error.code === 'number' ? error.code : 0;
    pending.answer({ error: { code, message: stringAt(error, 'message') ?? 'unknown error' } }, bytes);
  }
}
