import { once } from 'node:events';
import { fstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterruption } from './interruption.ts';
import type { Input, Output, Terminal } from './terminal.ts';

export interface ProcessTerminal extends Terminal {
  /**
   * Whoever read the output has left. A command that can be interrupted is, so that it puts back what it changed.
   * @returns False for one that cannot.
   */
  readonly readerLeft: () => boolean;
}

/** The terminal of this process. */
export function createProcessTerminal(process: NodeJS.Process): ProcessTerminal {
  let interruption: AbortController | undefined;
  const { stdin, stdout, stderr, env } = process;
  return {
    stdin: inputOf(stdin),
    stdout: outputOf(stdout, env),
    stderr: outputOf(stderr, env),
    environment: env,
    readFile: (path) => readFile(path, 'utf8'),
    now: Date.now,
    interruption: () => (interruption ??= createInterruption(process)).signal,
    readerLeft() {
      interruption?.abort();
      return interruption !== undefined;
    },
  };
}

const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

/** Node reads a folder as if it were empty. */
function inputOf(stream: NodeJS.ReadStream & { fd: number }): Input {
  return {
    isTTY: stream.isTTY,
    async *[Symbol.asyncIterator]() {
      if (fstatSync(stream.fd).isDirectory()) throw Object.assign(new Error('standard input is a folder'), { code: 'EISDIR' });
      for await (const chunk of stream) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    },
  };
}

function outputOf(stream: NodeJS.WriteStream, { COLUMNS }: NodeJS.ProcessEnv): Output {
  let isGone = false;
  stream.on('error', () => (isGone = true));
  return {
    // Nothing can be said to nobody; whether that ends the command is for whoever hears of the error.
    write: (text) => isGone || stream.write(text),
    drained: async () => {
      if (!isGone) await once(stream, 'drain').catch(() => undefined);
    },
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      // A terminal that nobody has told its size, as `kubectl exec -t` without `-i` makes them, says 0.
      return stream.isTTY ? stream.columns || Number(COLUMNS) || USUAL_COLUMNS : undefined;
    },
    get rows() {
      return stream.isTTY ? stream.rows || USUAL_ROWS : undefined;
    },
  };
}
