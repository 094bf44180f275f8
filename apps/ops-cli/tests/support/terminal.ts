import type { Output, Terminal } from '@codex-proxy/ops-cli';

export interface TerminalUnderTest extends Terminal {
  readonly printed: { out: string; err: string };
}

export interface TerminalOptions {
  readonly input?: string | readonly Uint8Array[];
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly environment?: Terminal['environment'];
  readonly files?: Readonly<Record<string, string>>;
  readonly now?: () => number;
  readonly interruption?: AbortSignal;
}

/** A terminal that remembers what was written to it. */
export function createTerminal(options: TerminalOptions = {}): TerminalUnderTest {
  const {
    input = '',
    isTTY = false,
    columns = 80,
    environment = {},
    files = {},
    now = () => 0,
    interruption = new AbortController().signal,
  } = options;
  const printed = { out: '', err: '' };
  const chunks = typeof input === 'string' ? [Buffer.from(input)] : input;
  const output = (name: 'out' | 'err'): Output => ({
    write(text) {
      printed[name] += text;
      return false;
    },
    drained: () => Promise.resolve(),
    isTTY,
    columns: isTTY ? columns : undefined,
  });
  return {
    printed,
    stdin: {
      isTTY,
      async *[Symbol.asyncIterator]() {
        yield* await Promise.resolve(chunks);
      },
    },
    stdout: output('out'),
    stderr: output('err'),
    environment,
    now,
    interruption: () => interruption,
    readFile: (path) => {
      const text = files[path];
      return text === undefined ? Promise.reject(Object.assign(new Error(path), { code: 'ENOENT' })) : Promise.resolve(text);
    },
  };
}
