import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export type Frame = Readonly<Record<string, unknown>>;

/** A bare JSON-lines client of an app server. */
export class LineClient {
  readonly frames: Frame[] = [];
  readonly raw: string[] = [];
  readonly exited: Promise<number | string>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #waiters: { matches: (frame: Frame) => boolean; resolve: (frame: Frame) => void }[] = [];
  #nextId = 1;
  stderr = '';

  constructor(file: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(file, [...args], { env: { PATH: process.env.PATH ?? '', ...environment }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        resolve(code ?? signal ?? 'unknown');
      });
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#receive(line);
    });
  }

  /** @returns the answer to the request. */
  async request(method: string, params: object = {}): Promise<Frame> {
    const id = this.#nextId++;
    this.send({ jsonrpc: '2.0', id, method, params });
    return this.waitFor((frame) => frame.id === id && frame.method === undefined);
  }

  send(frame: object): void {
    this.#child.stdin.write(`${JSON.stringify(frame)}\n`);
  }

  /** The first frame, past or to come. */
  async waitFor(matches: (frame: Frame) => boolean): Promise<Frame> {
    const past = this.frames.find(matches);
    if (past !== undefined) return past;
    return new Promise((resolve) => this.#waiters.push({ matches, resolve }));
  }

  /** Handshake, a thread and a turn; resolves with the thread's id when the answer to `turn/start` is there. */
  async startTurn(text = 'hi', model = 'scripted-model', thread: object = {}): Promise<string> {
    await this.request('initialize', {
      clientInfo: { name: 'codex-proxy', title: 'test', version: '0' },
      capabilities: { experimentalApi: true, requestAttestation: false },
    });
    this.send({ jsonrpc: '2.0', method: 'initialized' });
    const started = await this.request('thread/start', {
      ephemeral: true,
      approvalPolicy: 'never',
      sandbox: 'read-only',
      environments: [],
      model,
      baseInstructions: '',
      ...thread,
    });
    const threadId = /"thread":\{"id":"([\w-]+)"/.exec(JSON.stringify(started.result))?.[1] ?? '';
    await this.request('turn/start', { threadId, input: [{ type: 'text', text, text_elements: [] }] });
    return threadId;
  }

  async turnEnd(): Promise<Frame> {
    return this.waitFor((frame) => frame.method === 'turn/completed');
  }

  closeInput(): void {
    this.#child.stdin.end();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  #receive(line: string): void {
    this.raw.push(line);
    let frame: Frame;
    try {
      const parsed: unknown = JSON.parse(line);
      if (typeof parsed !== 'object' || parsed === null) return;
      frame = { ...parsed };
    } catch {
      return;
    }
    this.frames.push(frame);
    for (const waiter of this.#waiters.filter(({ matches }) => matches(frame))) {
      this.#waiters = this.#waiters.filter((other) => other !== waiter);
      waiter.resolve(frame);
    }
  }
}
