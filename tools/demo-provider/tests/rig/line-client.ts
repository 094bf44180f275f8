import type { ChildProcessWithoutNullStreams } from 'node:child_process';

/** A frame of the worker's wire: a response, a notification or a request of its own. */
export interface Frame {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Speaks JSON lines with a child process and keeps every frame, in order of arrival. */
export class LineClient {
  readonly frames: Frame[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #watchers = new Set<() => void>();
  #nextId = 1;
  #ended = false;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    // Not node:readline: it also ends lines at U+2028, which JSON leaves as it is inside strings.
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      this.frames.push(...lines.map(readFrame));
      this.#wake();
    });
    child.once('close', () => {
      this.#ended = true;
      this.#wake();
    });
    child.stdin.on('error', () => this.#wake());
  }

  notify(method: string, params?: unknown): void {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) })}\n`);
  }

  /** Answers a request of the worker's own. */
  respond(id: number | string, result: unknown): void {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
  }

  /** Resolves with the response frame, whether result or error. */
  async request(method: string, params: unknown): Promise<Frame> {
    const id = this.#nextId++;
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return this.frame((frame) => frame.id === id && frame.method === undefined);
  }

  /** The first frame that satisfies `test`, already here or yet to come. Rejects when the child ends without it. */
  async frame(test: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(test);
      if (found !== undefined) return found;
      if (this.#ended) throw new Error('The worker ended before the frame came.');
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  #wake(): void {
    for (const watcher of this.#watchers) watcher();
    this.#watchers.clear();
  }
}

function readFrame(line: string): Frame {
  const frame: Frame = JSON.parse(line);
  return frame;
}
