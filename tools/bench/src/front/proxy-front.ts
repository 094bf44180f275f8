import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchmarkContext } from '../benchmark.ts';
import { freePort } from '../process/free-port.ts';
import { untilAnswers } from '../process/until-answers.ts';
import type { Front } from './front.ts';

export interface ProxyFrontOptions {
  /** Its folder under the benchmark's, for state and logs. */
  readonly name: string;
  /** Default: the one in `@openai/codex`. */
  readonly codexBin?: string;
  /** Base URL of a Responses API. Default: the proxy's own offline provider. */
  readonly providerUrl?: string;
  readonly model: string;
  /** Variables beside those that every proxy here gets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of Node, beside those that the proxy is started with anyway. */
  readonly nodeOptions?: readonly string[];
}

/** Starts ours as an operator would: logs and metrics at their defaults, stdout in a file. */
export async function startProxyFront(context: BenchmarkContext, options: ProxyFrontOptions): Promise<Front> {
  const { name, codexBin, providerUrl, model, environment = {}, nodeOptions = [] } = options;
  const folder = join(context.folder, name);
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const apiKey = randomBytes(12).toString('hex');
  const entry = join(context.root, 'apps/proxy/src/main.ts');
  const child = context.children.start(process.execPath, {
    args: [...context.options.proxyNodeOptions, ...nodeOptions, '-C', '@codex-proxy/source', entry],
    cwd: context.root,
    environment: {
      PATH: process.env.PATH ?? '',
      // As `npm start` sets it.
      ...(process.env.NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
      PORT: String(port),
      PROXY_API_KEY: apiKey,
      PROXY_STATE_DIR: join(folder, 'state'),
      CODEX_MODEL: model,
      // Loopback must not go through a proxy that the machine may have.
      NO_PROXY: '*',
      ...(codexBin === undefined ? {} : { CODEX_BIN: codexBin }),
      ...(providerUrl === undefined ? { PROXY_PROVIDER: 'demo' } : { PROXY_PROVIDER: 'custom', PROXY_PROVIDER_BASE_URL: providerUrl }),
      ...environment,
    },
    stdoutFile: join(folder, 'stdout.log'),
    stderrFile: join(folder, 'stderr.log'),
  });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers('the proxy', `${url}/readyz`, child);
  return { url, apiKey, pid: child.pid, stop: async () => child.stop() };
}
