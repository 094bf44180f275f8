import { once } from 'node:events';
import { fstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterruption } from './interruption.ts';
import type { Input, Output, Terminal } from './terminal.ts';

/** The terminal of this process. */
export function createProcessTerminal(process: NodeJS.Process): Terminal {
  const { stdin, stdout, stderr, env } = process;
  return {
    stdin: inputOf(stdin),
    stdout: outputOf(stdout),
    stderr: outputOf(stderr),
    environment: env,
    readFile: (path) => readFile(path, 'utf8'),
    now: Date.now,
    interruption: () => createInterruption(process),
  };
}

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

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => stream.write(text),
    drained: async () => {
      await once(stream, 'drain');
    },
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
    get rows() {
      return stream.isTTY ? stream.rows : undefined;
    },
  };
}
