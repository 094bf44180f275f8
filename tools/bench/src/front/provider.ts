import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchmarkContext } from '../benchmark.ts';
import { freePort } from '../process/free-port.ts';
import { untilAnswers } from '../process/until-answers.ts';

/** How the provider answers every request. */
export interface Pace {
  readonly firstTokenMs: number;
  readonly interTokenMs: number;
  readonly deltas: number;
}

export interface Provider {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the demo provider as a process of its own, so that it takes no time from whoever is measured. */
export async function startProvider(context: BenchmarkContext, pace: Pace): Promise<Provider> {
  const folder = join(context.folder, 'provider');
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const flags = {
    port,
    'first-token-ms': pace.firstTokenMs,
    'inter-token-ms': pace.interTokenMs,
    deltas: pace.deltas,
  };
  const child = context.children.start(process.execPath, {
    args: [
      '-C',
      '@codex-proxy/source',
      join(context.root, 'tools/demo-provider/src/main.ts'),
      ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
    ],
    cwd: context.root,
    environment: { PATH: process.env.PATH ?? '' },
    stdoutFile: join(folder, 'stdout.log'),
    stderrFile: join(folder, 'stderr.log'),
  });
  const url = `http://127.0.0.1:${port}/v1`;
  await untilAnswers('the provider', `${url}/models`, child);
  return { url, stop: async () => child.stop() };
}
