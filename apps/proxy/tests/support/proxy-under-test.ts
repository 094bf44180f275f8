import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkerSnapshot } from '@codex-proxy/contracts';
import OpenAI from 'openai';
import { readConfiguration, startProxy, type RunningProxy } from '../../src/index.ts';
import { LogLines, parseLine, type Line } from './log-lines.ts';
import { sampleValue } from './metric-samples.ts';
import { makeFolder } from './temporary-folder.ts';

export type Settings = Readonly<Record<string, string>>;

/** What every proxy under test is started with. */
export function baseSettings(stateDir: string): Settings {
  return {
    PATH: process.env.PATH ?? '',
    // Threads that need not strip types do not load the WebAssembly that does, which crashes Node at times when many do at once (nodejs/node#64500).
    ...(process.env.NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
    HOME: join(stateDir, 'home'),
    PORT: '0',
    PROXY_STATE_DIR: join(stateDir, 'state'),
    WORKER_SHUTDOWN_GRACE_MS: '5000',
  };
}

/** The proxy as users meet it, with its log at hand. */
export interface ProxyUnderTest {
  readonly url: string;
  readonly apiKey: string;
  readonly stateDir: string;
  readonly log: LogLines;
  readonly running: RunningProxy;
  /** The official client, without retries of its own. */
  readonly openai: OpenAI;
  snapshot(): WorkerSnapshot;
  /** `fetch` with the key. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** `POST /v1/chat/completions` with a JSON body. */
  chat(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The terminal record of the request that was answered by `response`. */
  terminalOf(response: Response): Promise<Line>;
  /** Value of one series of `/metrics`, as it is written there; 0 when it is not there. */
  metric(series: string): Promise<number>;
  /** Status and body of `/readyz`. */
  readiness(): Promise<{ status: number; body: Line }>;
  /** Lines of an NDJSON file, rotated ones included; only after `stop` are they all there. */
  file(name: string): Line[];
  stop(): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

/**
 * Starts a proxy in this process.
 * @param settings Environment variables on top of `baseSettings`.
 */
export async function startTestProxy(settings: Settings): Promise<ProxyUnderTest> {
  const folder = makeFolder();
  const environment = { ...baseSettings(folder), ...settings };
  const log = new LogLines();
  const running = await startProxy({ configuration: readConfiguration(environment), environment, stdout: log });
  const apiKey = running.credentials.apiKey ?? '';
  const { url } = running;
  const stateDir = join(folder, 'state');
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${apiKey}`);
    return fetch(`${url}${path}`, { ...init, headers });
  };
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    stopped ??= running.drain('SIGTERM').finally(() => log.end('the proxy was stopped'));
    return stopped;
  };
  return {
    url,
    apiKey,
    stateDir,
    log,
    running,
    openai: new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 }),
    snapshot: () => running.snapshot(),
    fetch: send,
    chat: async (body, headers = {}) =>
      send('/v1/chat/completions', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    terminalOf: async (response) => log.waitFor({ event: 'request_completed', request_id: response.headers.get('x-request-id') }),
    metric: async (series) => sampleValue(await (await fetch(`${url}/metrics`)).text(), series),
    readiness: async () => {
      const response = await fetch(`${url}/readyz`);
      return { status: response.status, body: parseLine(await response.text()) };
    },
    file: (name) => readNdjson(stateDir, name),
    stop,
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As `startTestProxy`; resolves when the worker serves. */
export async function startReadyProxy(settings: Settings): Promise<ProxyUnderTest> {
  const proxy = await startTestProxy(settings);
  await proxy.log.waitFor({ event: 'worker_started' });
  return proxy;
}

function readNdjson(folder: string, name: string): Line[] {
  const files = readdirSync(folder).filter((file) => file.startsWith(`${name}.`) && file.endsWith('.ndjson'));
  return files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map(parseLine),
  );
}
