import { writeScriptedWorker, type ScriptedWorkerOptions, type TurnScript } from '@codex-proxy/scripted-worker';
import { parseLine, type Line, type LogLines } from './log-lines.ts';
import { sampleSum } from './metric-samples.ts';
import { startProcess, type ProcessOptions, type ProxyProcess } from './proxy-process.ts';
import type { Settings } from './proxy-under-test.ts';
import { MODEL, scripted } from './scripted-proxy.ts';
import { readEvents, textOf } from './sse.ts';
import { temporaryFolder } from './temporary-folder.ts';

const KEY = ['key', 'of', 'the', 'faulted', 'proxy'].join('-');
const ADMIN = ['admin', 'of', 'the', 'faulted', 'proxy'].join('-');
const ROUNDS = 3;

/** A proxy as a process of its own, and the four who tell how it is: a client, the probes, the metrics and the log. */
export interface FaultedProxy {
  readonly process: ProxyProcess;
  readonly url: string;
  readonly log: LogLines;
  /** A few streamed turns, one after another. @returns what was wrong with them: nothing, when each was answered whole. */
  ask(script?: Pick<TurnScript, 'interDeltaMs'>): Promise<string[]>;
  /** Status and `degraded` of `/readyz`. */
  probe(): Promise<{ readonly status: number; readonly degraded: readonly unknown[] }>;
  /** Sum over the series of a family. */
  metric(family: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** With the key; a request with a body is a `POST`. */
  request(path: string, body?: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Status of a page of the API. */
  statusOf(path: string): Promise<number>;
  admin(method: string, path: string, body?: unknown): Promise<Line>;
  /** Ids of the requests whose runs can be read through the API, newest first. */
  runIds(): Promise<unknown[]>;
  stop(): Promise<void>;
}

export interface FaultedOptions extends ProcessOptions {
  readonly settings?: Settings;
  /** Absent: the real worker. */
  readonly worker?: ScriptedWorkerOptions | undefined;
}

export const LAST_WORD = 'done.';

export function startFaulted({ settings = {}, worker, ...options }: FaultedOptions): Promise<FaultedProxy> {
  return startIn(settings, worker, options);
}

interface ApiInit extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>;
}

async function startIn(settings: Settings, worker: ScriptedWorkerOptions | undefined, options: ProcessOptions): Promise<FaultedProxy> {
  const binary = worker === undefined ? {} : { CODEX_BIN: await writeScriptedWorker(temporaryFolder(), worker) };
  const tokens = { PROXY_API_KEY: KEY, PROXY_ADMIN_TOKEN: ADMIN };
  const proxy = startProcess({ PROXY_PROVIDER: 'demo', ...tokens, ...binary, ...settings }, options);
  const url = await proxy.url();
  const api = async (path: string, init: ApiInit = {}, token = KEY): Promise<Response> =>
    fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers } });
  const turn = async (script: TurnScript): Promise<string | undefined> => {
    const messages =
      worker === undefined ? [{ role: 'user', content: LAST_WORD }] : scripted({ deltas: ['All ', 'is ', LAST_WORD], ...script });
    const response = await api('/v1/chat/completions', { method: 'POST', body: JSON.stringify({ model: MODEL, stream: true, messages }) });
    const body = await response.text();
    if (response.status !== 200) return `${String(response.status)} ${body}`;
    const { done, error } = readEvents(body);
    return done && error === undefined && textOf(body).includes(LAST_WORD) ? undefined : body;
  };
  return {
    process: proxy,
    url,
    log: proxy.log,
    ask: async (script = {}) => {
      const faults: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const fault = await turn(script);
        if (fault !== undefined) faults.push(fault);
      }
      return faults;
    },
    probe: async () => {
      const response = await fetch(`${url}/readyz`);
      const { degraded = [] } = parseLine(await response.text());
      return { status: response.status, degraded: Array.isArray(degraded) ? degraded : [degraded] };
    },
    metric: async (family, labels) => sampleSum(await (await fetch(`${url}/metrics`)).text(), family, labels),
    request: async (path, body, headers = {}) => api(path, { headers, ...(body === undefined ? {} : { method: 'POST', body }) }),
    statusOf: async (path) => (await api(path)).status,
    admin: async (method, path, body) => {
      const response = await api(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }, ADMIN);
      return { http_status: response.status, ...parseLine(await response.text()) };
    },
    runIds: async () => {
      const response = await api('/api/runs?limit=100');
      const { runs } = parseLine(await response.text());
      return Array.isArray(runs) ? runs.map((run: Line) => run.run_id) : [];
    },
    stop: async () => {
      proxy.signal('SIGTERM');
      await proxy.ended;
    },
  };
}
