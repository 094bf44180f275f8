import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchmarkContext } from '../benchmark.ts';
import { freePort } from '../process/free-port.ts';
import { untilAnswers } from '../process/until-answers.ts';
import type { Front } from './front.ts';

const ENTRY = join(import.meta.dirname, '../sketch/main.ts');

/** Starts the sketch, with a worker of its own and its log in a file, like ours. */
export async function startSketchFront(
  context: BenchmarkContext,
  options: { readonly name: string; readonly codexBin: string },
): Promise<Front> {
  const folder = join(context.folder, options.name);
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const apiKey = randomBytes(12).toString('hex');
  const child = context.children.start(process.execPath, {
    args: ['-C', '@codex-proxy/source', ENTRY],
    cwd: folder,
    environment: { PATH: process.env.PATH ?? '', PORT: String(port), PROXY_API_KEY: apiKey, CODEX_BIN: options.codexBin },
    stdoutFile: join(folder, 'stdout.log'),
    stderrFile: join(folder, 'stderr.log'),
  });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers('the sketch', `${url}/readyz`, child);
  return { url, apiKey, pid: child.pid, stop: async () => child.stop() };
}
