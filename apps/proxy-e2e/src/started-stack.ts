import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from './child-process.ts';
import { startPageServer } from './page-server.ts';

export type LogLine = Readonly<Record<string, unknown>>;

export interface StackOptions {
  readonly firstTokenMs: number;
  readonly interTokenMs: number;
  readonly deltas: number;
  readonly keepaliveMs?: number;
}

/** A provider, the proxy with the real worker, and a page of another origin: each a real process or server. */
export interface Stack {
  readonly proxyUrl: string;
  readonly pageUrl: string;
  readonly apiKey: string;
  /** What the operator sends to `/internal`. */
  readonly adminToken: string;
  /** What the provider sends as answer. */
  readonly text: string;
  /** The first log line, past or to come, with these fields. */
  waitForLog(fields: LogLine): Promise<LogLine>;
  /** Value of one series of `/metrics`, written as it is exposed; 0 when it is not there. */
  metric(series: string): Promise<number>;
  /** Lines of an NDJSON file in the state folder. */
  file(name: string): Promise<LogLine[]>;
  stop(): Promise<void>;
}

const MODEL = 'e2e-model';
const API_KEY = ['sk', 'e2e', 'browser'].join('-');
const ADMIN_TOKEN = ['adm', 'e2e', 'operator'].join('-');

function parsed(line: string): LogLine {
  const value: unknown = JSON.parse(line);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function hasFields(line: string, fields: LogLine): boolean {
  const record = parsed(line);
  return Object.entries(fields).every(([name, value]) => record[name] === value);
}

/** Starts one part after the other; when one fails, those before it are stopped. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const stopPart of stops.toReversed()) await stopPart();
  };
  try {
    return { ...(await startParts(options, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(options: StackOptions, stops: (() => Promise<void>)[]): Promise<Omit<Stack, 'stop'>> {
  const stateDir = await mkdtemp(join(tmpdir(), 'codex-proxy-e2e-'));
  stops.push(async () => rm(stateDir, { recursive: true, force: true }));
  const flags = { 'first-token-ms': options.firstTokenMs, 'inter-token-ms': options.interTokenMs, deltas: options.deltas };
  const provider = startProgram(
    'tools/demo-provider/src/main.ts',
    Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
    {},
  );
  stops.push(async () => provider.stop());
  const { baseUrl } = parsed(await provider.waitForLine((line) => line.includes('baseUrl')));
  const page = await startPageServer();
  stops.push(async () => page.close());
  const proxy = startProgram('apps/proxy/src/main.ts', [], {
    PORT: '0',
    PROXY_STATE_DIR: stateDir,
    PROXY_API_KEY: API_KEY,
    PROXY_ADMIN_TOKEN: ADMIN_TOKEN,
    PROXY_PROVIDER: 'custom',
    PROXY_PROVIDER_BASE_URL: String(baseUrl),
    CODEX_MODEL: MODEL,
    PROXY_CORS_ORIGINS: page.origin,
    PROXY_SSE_KEEPALIVE_MS: String(options.keepaliveMs ?? 15_000),
    LOG_LEVEL: 'debug',
  });
  stops.push(async () => proxy.stop());
  const waitForLog = async (fields: LogLine): Promise<LogLine> => parsed(await proxy.waitForLine((line) => hasFields(line, fields)));
  const proxyUrl = String((await waitForLog({ event: 'proxy_listening' })).address);
  await waitForLog({ event: 'worker_started' });
  return {
    proxyUrl,
    pageUrl: `${page.origin}/`,
    apiKey: API_KEY,
    adminToken: ADMIN_TOKEN,
    text: Array.from({ length: options.deltas }, (_, index) => `word${String(index)} `).join(''),
    waitForLog,
    metric: async (series) => {
      const exposition = await (await fetch(`${proxyUrl}/metrics`)).text();
      const line = exposition.split('\n').find((candidate) => candidate.startsWith(`${series} `));
      return line === undefined ? 0 : Number(line.slice(series.length + 1));
    },
    file: async (name) => (await readFile(join(stateDir, name), 'utf8')).trim().split('\n').map(parsed),
  };
}

/** The model that the stack serves. */
export const SERVED_MODEL = MODEL;
