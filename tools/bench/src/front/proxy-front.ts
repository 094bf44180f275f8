import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchmarkContext } from '../benchmark.ts';
import { freePort } from '../process/free-port.ts';
import { untilReady, type Front } from './front.ts';

export interface ProxyFrontOptions {
  /** Its folder under the benchmark's, for state and logs. */
  readonly name: string;
  /** Default: the one in `@openai/codex`. */
  readonly codexBin?: string;
  /** Base URL of a Responses API. Default: the proxy's own offline provider. */
  readonly providerUrl?: string;
  readonly model: string;
  /** More options of Node. */
  readonly nodeOptions?: readonly string[];
}

/** Starts ours as an operator would: everything at its default, the log in a file. */
export async function startProxyFront(context: BenchmarkContext, options: ProxyFrontOptions): Promise<Front & { readonly stateDir: string }> {
  const folder = join(context.folder, options.name);
  const stateDir = join(folder, 'state');
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const apiKey = randomBytes(12).toString('hex');
  const args = [...context.options.proxyNodeOptions, ...(options.nodeOptions ?? [])];
  const child = context.children.start(process.execPath, {
    args: [...args, '-C', '@codex-proxy/source', join(context.root, 'apps/proxy/src/main.ts')],
    cwd: context.root,
    environment: {
      PORT: String(port),
      PROXY_API_KEY: apiKey,
      PROXY_STATE_DIR: stateDir,
      CODEX_MODEL: options.model,
      NO_PROXY: '*',
      ...(options.codexBin === undefined ? {} : { CODEX_BIN: options.codexBin }),
      ...(options.providerUrl === undefined
        ? { PROXY_PROVIDER: 'demo' }
        : { PROXY_PROVIDER: 'custom', PROXY_PROVIDER_BASE_URL: options.providerUrl }),
    },
    stdoutFile: join(folder, 'stdout.log'),
    stderrFile: join(folder, 'stderr.log'),
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady('the proxy', url, child);
  return { url, apiKey, pid: child.pid, stateDir, stop: async () => child.stop() };
}
