import { writeScriptedWorker, type TurnScript } from '@codex-proxy/scripted-worker';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from './codex-ops.ts';

export const KEY = ['key', 'of', 'the', 'proxy', 'under', 'test'].join('-');

export interface ChatOptions {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
}

/** A proxy as a process of its own, on a scripted worker. */
export interface StartedProxy {
  readonly url: string;
  readonly stateDir: string;
  /** All of its standard output so far. */
  readonly log: () => string;
  /** Sends a prompt that the worker plays `script` for. Answers with the id of the request, once its answer is whole or cut. */
  chat(script: TurnScript, options?: ChatOptions): Promise<string>;
  /** Resolves with its log once `test` holds for it. */
  logged(test: (log: string) => boolean): Promise<string>;
  stop(): Promise<void>;
  /** Ends it at once, as the system does that has no memory left. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

/** @param settings Environment variables on top of the usual ones. */
export async function startProxy(settings: Readonly<Record<string, string>> = {}): Promise<StartedProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'codex-ops-proxy-'));
  const stateDir = join(folder, 'state');
  const child = spawn(process.execPath, ['-C', '@codex-proxy/source', 'src/main.ts'], {
    cwd: join(REPOSITORY, 'apps/proxy'),
    env: {
      ...(process.env.NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
      PATH: process.env['PATH'],
      HOME: folder,
      PORT: '0',
      PROXY_STATE_DIR: stateDir,
      PROXY_API_KEY: KEY,
      PROXY_PROVIDER: 'demo',
      CODEX_BIN: await writeScriptedWorker(folder, {}),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let log = '';
  let wake = (): void => undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    log += chunk.toString();
    wake();
  });
  const ended = once(child, 'close');
  void ended.then(() => wake());
  const logged = async (test: (text: string) => boolean): Promise<string> => {
    while (!test(log)) {
      if (child.exitCode !== null) throw new Error(`the proxy has ended: ${log}`);
      await new Promise<void>((resolve) => (wake = resolve));
    }
    return log;
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  const stop = async (): Promise<void> => end('SIGTERM');
  await logged((text) => text.includes('"worker_started"'));
  const url = /"address":"([^"]+)"/.exec(log)?.[1] ?? '';
  return {
    url,
    stateDir,
    log: () => log,
    async chat(script, { signal, headers = {}, key = KEY } = {}) {
      const messages = [{ role: 'user', content: `!script ${JSON.stringify(script)}` }];
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ model: 'demo-codex', stream: true, messages }),
        ...(signal === undefined ? {} : { signal }),
      });
      await response.text().catch(() => '');
      return response.headers.get('x-request-id') ?? '';
    },
    logged,
    stop,
    kill: async () => end('SIGKILL'),
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
