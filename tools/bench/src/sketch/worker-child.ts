import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

type Params = Readonly<Record<string, unknown>>;

/** What a frame of the worker may hold, as far as the sketch reads it. */
interface Frame {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Like most fronts, the sketch takes its worker's word for the rest. */
function isFrame(value: unknown): value is Frame {
  return typeof value === 'object' && value !== null;
}

export type FrameHandler = (method: string, params: Params) => void;

const RESTART_DELAY_MS = 500;

/** One supervised child: JSON-RPC lines, answers by id, notifications by thread. Started again when it ends. */
export class WorkerChild {
  readonly #file: string;
  readonly #pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  readonly #threads = new Map<string, FrameHandler>();
  #child: ChildProcessWithoutNullStreams | undefined;
  #nextId = 1;
  ready = false;

  constructor(file: string) {
    this.#file = file;
    this.#start();
  }

  async request(method: string, params: object): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#send({ jsonrpc: '2.0', id, method, params });
    });
  }

  attach(threadId: string, handler: FrameHandler): void {
    this.#threads.set(threadId, handler);
  }

  detach(threadId: string): void {
    this.#threads.delete(threadId);
  }

  stop(): void {
    this.#child?.removeAllListeners('exit');
    this.#child?.kill();
  }

  #start(): void {
    const child = spawn(this.#file, ['app-server'], { stdio: 'pipe' });
    this.#child = child;
    child.stdin.on('error', () => undefined);
    child.stderr.resume();
    child.stdout.setEncoding('utf8');
    let held = '';
    child.stdout.on('data', (chunk: string) => {
      const lines = (held + chunk).split('\n');
      held = lines.pop() ?? '';
      for (const line of lines) this.#receive(line);
    });
    child.once('exit', () => {
      this.ready = false;
      for (const { reject } of this.#pending.values()) reject(new Error('the worker ended'));
      for (const handler of this.#threads.values()) handler('worker/exited', {});
      this.#pending.clear();
      this.#threads.clear();
      setTimeout(() => this.#start(), RESTART_DELAY_MS);
    });
    const clientInfo = { name: 'sketch', title: 'sketch', version: '0.0.0' };
    this.request('initialize', { clientInfo, capabilities: { experimentalApi: true } }).then(
      () => {
        this.#send({ jsonrpc: '2.0', method: 'initialized' });
        this.ready = true;
      },
      () => undefined,
    );
  }

  #send(frame: object): void {
    this.#child?.stdin.write(`${JSON.stringify(frame)}\n`);
  }

  #receive(line: string): void {
    const frame: unknown = JSON.parse(line);
    if (!isFrame(frame)) return;
    if (frame.method !== undefined) {
      const threadId = frame.params?.threadId;
      if (typeof threadId === 'string') this.#threads.get(threadId)?.(frame.method, frame.params ?? {});
      return;
    }
    const pending = typeof frame.id === 'number' ? this.#pending.get(frame.id) : undefined;
    if (pending === undefined || typeof frame.id !== 'number') return;
    this.#pending.delete(frame.id);
    if (frame.error === undefined) pending.resolve(frame.result);
    else pending.reject(new Error(frame.error.message));
  }
}
