import { writeScriptedWorker, type ScriptedWorkerOptions, type TurnScript } from '@codex-proxy/scripted-worker';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY, startProgram } from './program.ts';

const KEY = ['key', 'of', 'the', 'proxy', 'under', 'test'].join('-');
const ADMIN = ['token', 'of', 'the', 'one', 'on', 'call'].join('-');

/** A proxy as a process of its own, on a scripted worker. */
export interface ProxyUnderLoad {
  /** `host:port`. */
  readonly address: string;
  readonly stateDir: string;
  /** Sends a prompt that the worker plays `script` for, to the end of its answer; with its status. */
  chat(script: TurnScript, options?: { stream?: boolean; signal?: AbortSignal }): Promise<number>;
  /** The last request that was answered. */
  lastRequestId(): string;
  /** The request that gave up a textual tool block last, by the log. */
  lastAborted(): string | undefined;
  /** Of the worker that started last, while it lives. */
  workerPid(): number | undefined;
  /** What a command needs to know of it. */
  readonly environment: NodeJS.ProcessEnv;
  /** A request to /internal. */
  operate(method: string, path: string, body?: object): Promise<number>;
  output(): string;
  /** Requests under way are given up. */
  stop(): Promise<void>;
}

interface LogRecord {
  readonly event: string;
  readonly request_id?: string;
  readonly worker_pid?: number;
}

/** The last whole record of one of these events. */
function findLast(log: string, events: readonly string[]): LogRecord | undefined {
  const whole = log.slice(0, log.lastIndexOf('\n') + 1);
  const at = Math.max(...events.map((event) => whole.lastIndexOf(`"event":"${event}"`)));
  if (at < 0) return undefined;
  return JSON.parse(whole.slice(whole.lastIndexOf('\n', at) + 1, whole.indexOf('\n', at))) as LogRecord;
}

/** @param prepare Given its state folder before it starts. */
export async function startProxy(
  folder: string,
  {
    worker = {},
    settings = {},
    prepare,
  }: { worker?: ScriptedWorkerOptions; settings?: Record<string, string>; prepare?: (stateDir: string) => void } = {},
): Promise<ProxyUnderLoad> {
  const stateDir = join(folder, 'state');
  mkdirSync(stateDir, { recursive: true });
  prepare?.(stateDir);
  const program = startProgram(process.execPath, ['-C', '@codex-proxy/source', 'src/main.ts'], {
    cwd: join(REPOSITORY, 'apps/proxy'),
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      PORT: '0',
      PROXY_STATE_DIR: stateDir,
      PROXY_API_KEY: KEY,
      PROXY_ADMIN_TOKEN: ADMIN,
      PROXY_PROVIDER: 'demo',
      WORKER_SHUTDOWN_GRACE_MS: '500',
      CODEX_BIN: await writeScriptedWorker(folder, worker),
      ...settings,
    },
  });
  let address: string | undefined;
  while ((address = /"address":"http:\/\/([^"]+)"/.exec(program.output())?.[1]) === undefined) {
    if (program.child.exitCode !== null) throw new Error(`the proxy has ended: ${program.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const url = `http://${address}`;
  const stopping = new AbortController();
  let lastRequestId = '';
  const send = async (path: string, init: RequestInit): Promise<number> => {
    try {
      const response = await fetch(`${url}${path}`, {
        ...init,
        signal: AbortSignal.any([stopping.signal, ...(init.signal ? [init.signal] : [])]),
      });
      lastRequestId = response.headers.get('x-request-id') ?? '';
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  };
  const json = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });
  return {
    address,
    stateDir,
    lastRequestId: () => lastRequestId,
    lastAborted: () => findLast(program.output(), ['tool_buffer_aborted'])?.request_id,
    workerPid: () => {
      const last = findLast(program.output(), ['worker_started', 'worker_exited']);
      return last?.event === 'worker_started' ? last.worker_pid : undefined;
    },
    environment: { PROXY_URL: url, PROXY_ADMIN_TOKEN: ADMIN, STATE: stateDir },
    chat: (script, { stream = true, signal } = {}) =>
      send('/v1/chat/completions', {
        method: 'POST',
        headers: json(KEY),
        body: JSON.stringify({ model: 'demo-codex', stream, messages: [{ role: 'user', content: `!script ${JSON.stringify(script)}` }] }),
        ...(signal !== undefined && { signal }),
      }),
    operate: (method, path, body) =>
      send(path, { method, headers: json(ADMIN), ...(body !== undefined && { body: JSON.stringify(body) }) }),
    output: program.output,
    stop: () => {
      stopping.abort();
      return program.stop();
    },
  };
}
