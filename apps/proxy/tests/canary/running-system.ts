import { setTimeout as delay } from 'node:timers/promises';
import { vi } from 'vitest';
import { startProcess, type ProxyProcess } from '../support/proxy-process.ts';
import type { Settings } from '../support/proxy-under-test.ts';
import { openConnection, parseAnswer, requestText, type RawAnswer } from '../support/raw-http.ts';
import type { CanaryBook, Origin } from './canary.ts';
import { LeakSearch, type Leak } from './leak-search.ts';
import { askedByOthers } from './other-client.ts';
import { routeSinks } from './route.ts';
import { fileSinks, type Sink } from './sink.ts';

const UNCAUGHT = new URL('uncaught-error.ts', import.meta.url).href;
/** The worker's own: what it keeps is another matter, and is told apart. */
const ANSWER_TIMEOUT_MS = 5_000;
const CODEX_HOME = 'codex-home/';
const ARCHIVES = 'archives/';

/** What an answer may not show even to the client that it is for. */
const NEVER_SHOWN: ReadonlySet<Origin> = new Set(['provider', 'worker', 'operator']);

export interface RunningSystem {
  readonly url: string;
  readonly process: ProxyProcess;
  readonly keys: { readonly api: string; readonly admin: string; readonly metrics: string };
  /** `POST /v1/chat/completions` with the right key. */
  chat(place: string, body: object): Promise<string>;
  /** As `chat`, by a client that leaves after the first bytes of the answer. */
  leave(body: object): Promise<void>;
  /** Any request, to the letter. */
  send(place: string, bytes: string | Buffer): Promise<RawAnswer>;
  /** Sends, and closes without waiting for an answer. */
  cutOff(place: string, bytes: string): Promise<void>;
  /** As `send`; with the right key, unless the headers say otherwise. */
  request(place: string, method: string, target: string, headers?: Readonly<Record<string, string>>, body?: string): Promise<RawAnswer>;
  /** Reads what anybody may read at a moment that will not come back: refusals, and all routes. */
  readOthers(when: string): Promise<void>;
  /** Reads what can be read while it runs, stops it, and reads the rest. */
  search(): Promise<Findings>;
}

export interface Findings {
  readonly leaks: readonly Leak[];
  /** Leaks in the worker's own home. */
  readonly workerHome: readonly Leak[];
  /** Names of all that was searched. */
  readonly sinks: readonly string[];
  readonly bytes: number;
}

/** Starts the proxy as a process of its own, with everything that it can write switched on, and keys that are canaries. */
export async function startSystem(book: CanaryBook, settings: Settings): Promise<RunningSystem> {
  const keys = { api: book.key('PROXY_API_KEY'), admin: book.key('PROXY_ADMIN_TOKEN'), metrics: book.key('PROXY_METRICS_TOKEN') };
  const process = startProcess({
    LOG_LEVEL: 'trace',
    PROXY_API_KEY: keys.api,
    PROXY_ADMIN_TOKEN: keys.admin,
    PROXY_METRICS_TOKEN: keys.metrics,
    PROXY_TRACE_BUFFER: 'true',
    PROXY_TRACE_BUFFER_MAX_FILES: '10000',
    PROXY_TRACE_BUFFER_MAX_KB: '4096',
    // Of no use to the proxy, but there.
    AWS_SECRET_ACCESS_KEY: book.secret('operator', 'a foreign variable', 'openai'),
    DATABASE_URL: book.secret('operator', 'another foreign variable', 'url'),
    NODE_OPTIONS: `--import ${UNCAUGHT}`,
    CANARY_UNCAUGHT: book.secrets('operator', 'an uncaught error'),
    CANARY_REJECTED: book.secrets('operator', 'an unhandled rejection'),
    ...settings,
  });
  const url = await process.url();
  const answers: { readonly place: string; readonly sink: Sink }[] = [];
  const others: Sink[] = [];
  const note = (place: string, text: string): void => {
    answers.push({ place, sink: { name: `its own answer to ${place}`, bytes: Buffer.from(text) } });
  };
  const post = async (body: object, signal?: AbortSignal): Promise<Response> =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.api}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  const talk = async (place: string, bytes: string | Buffer, closes: boolean): Promise<string> => {
    const { socket, closed, received } = await openConnection(url);
    const content = Buffer.from(bytes);
    if (closes) socket.end(content);
    else socket.write(content);
    const timer = setTimeout(() => socket.destroy(), ANSWER_TIMEOUT_MS);
    await closed;
    clearTimeout(timer);
    note(place, received());
    return received();
  };
  const send = async (place: string, bytes: string | Buffer): Promise<RawAnswer> => {
    const received = await talk(place, bytes, false);
    if (received === '') throw new Error(`no answer to ${place}: ${bytes.toString().slice(0, 300)}`);
    return parseAnswer(received);
  };

  async function settled(): Promise<void> {
    const { log } = process;
    await vi.waitFor(
      () => {
        const [received, completed] = [log.all({ event: 'request_received' }), log.all({ event: 'request_completed' })];
        if (received.length !== completed.length) throw new Error(`${String(received.length - completed.length)} requests are under way`);
      },
      { timeout: 10_000 },
    );
    // What is written after the answer is out: frames, traces, and what is appended in batches.
    await delay(300);
  }

  async function throwUncaught(): Promise<void> {
    const { log } = process;
    process.signal('SIGUSR2');
    await vi.waitFor(
      () => {
        if (log.all({ event: 'uncaught_error' }).length < 2) throw new Error('no uncaught error was logged');
      },
      { timeout: 5_000 },
    );
  }

  async function search(): Promise<Findings> {
    await throwUncaught();
    await settled();
    others.push(
      ...(await askedByOthers(url, keys.api, 'afterwards')),
      ...(await routeSinks(system, { when: 'afterwards', withDetails: true })),
    );
    process.signal('SIGTERM');
    await process.ended;
    const files = fileSinks(process.stateDir);
    await archiveAgentLogs(process.stateDir);
    files.push(...fileSinks(process.stateDir).filter(({ name }) => name.startsWith(ARCHIVES)));
    const isTheWorkers = ({ name }: Sink): boolean => name.startsWith(CODEX_HOME);
    const sinks: Sink[] = [
      ...files.filter((sink) => !isTheWorkers(sink)),
      { name: 'stdout', bytes: Buffer.from(process.log.lines.map((line) => JSON.stringify(line)).join('\n')) },
      { name: 'stderr', bytes: Buffer.from(process.stderr()) },
      ...others,
    ];
    const own = answers.map(({ sink }) => sink);
    const all = new LeakSearch(book.canaries);
    const neverShown = new LeakSearch(book.canaries.filter(({ kind, origin }) => kind === 'secret' && NEVER_SHOWN.has(origin)));
    return {
      leaks: [...all.leaksIn(sinks), ...neverShown.leaksIn(own)],
      workerHome: all.leaksIn(files.filter(isTheWorkers)),
      sinks: [...sinks, ...own].map(({ name }) => name),
      bytes: [...sinks, ...own].reduce((sum, { bytes }) => sum + bytes.length, 0),
    };
  }

  const system: RunningSystem = {
    url,
    process,
    keys,
    chat: async (place, body) => {
      const response = await post(body);
      const text = await response.text();
      note(place, `${String(response.status)} ${JSON.stringify([...response.headers])} ${text}`);
      return text;
    },
    leave: async (body) => {
      const leaving = new AbortController();
      const response = await post(body, leaving.signal);
      await response.body?.getReader().read();
      leaving.abort();
    },
    send,
    cutOff: async (place, bytes) => void (await talk(place, bytes, true)),
    request: async (place, method, target, headers = {}, body = '') =>
      send(place, requestText(method, target, { Authorization: `Bearer ${keys.api}`, ...headers }, body)),
    readOthers: async (when) => {
      others.push(...(await askedByOthers(url, keys.api, when)), ...(await routeSinks(system, { when, withDetails: false })));
    },
    search,
  };
  return system;
}

/** A proxy on the same folder that archives whatever there is; it does not need a worker for that. */
async function archiveAgentLogs(stateDir: string): Promise<void> {
  const archiver = startProcess({
    PROXY_STATE_DIR: stateDir,
    PROXY_PROVIDER: 'demo',
    CODEX_BIN: '/bin/false',
    AGENT_LOGS_ARCHIVE_THRESHOLD_MB: '0',
  });
  await archiver.log.waitFor({ event: 'archive_completed' });
  archiver.signal('SIGTERM');
  await archiver.ended;
}
