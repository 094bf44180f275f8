export type LogLine = Readonly<Record<string, unknown>>;

interface Waiting {
  readonly wanted: LogLine;
  readonly resolve: (line: LogLine) => void;
  readonly reject: (error: Error) => void;
}

/** The log of a proxy, line by line, as it is written; each line with the time when it was read. */
export class Log {
  readonly lines: LogLine[] = [];
  readonly #waiting = new Set<Waiting>();
  readonly #onLine: (line: LogLine) => void;
  #rest = '';
  #ended: Error | undefined;

  constructor(onLine: (line: LogLine) => void) {
    this.#onLine = onLine;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#add(line);
  }

  /** Nothing more comes: who waits is told `why`. */
  end(why: string): void {
    this.#ended = new Error(why);
    for (const { reject } of this.#waiting) reject(this.#ended);
  }

  all(wanted: LogLine): LogLine[] {
    return this.lines.filter((line) => matches(line, wanted));
  }

  /** The first line from `from` on that has all that is `wanted`, past or to come. */
  async waitFor(wanted: LogLine, from = 0): Promise<LogLine> {
    const past = this.lines.slice(from).find((line) => matches(line, wanted));
    if (past !== undefined) return past;
    if (this.#ended !== undefined) throw this.#ended;
    return new Promise((resolve, reject) => this.#waiting.add({ wanted, resolve, reject }));
  }

  #add(text: string): void {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return;
    const line: LogLine = { ...parsed, readAtMs: performance.now() };
    this.lines.push(line);
    this.#onLine(line);
    for (const waiting of this.#waiting) {
      if (!matches(line, waiting.wanted)) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(line);
    }
  }
}

function matches(line: LogLine, wanted: LogLine): boolean {
  return Object.entries(wanted).every(([name, value]) => line[name] === value);
}

export function numberOf(line: LogLine, name: string): number {
  const value = line[name];
  return typeof value === 'number' ? value : 0;
}
