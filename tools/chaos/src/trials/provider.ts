import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorDefinition } from '@codex-proxy/contracts';
import { startDemoProvider } from '@codex-proxy/demo-provider';
import { ask, type Answer } from '../load.ts';
import { startProxy, type Proxy } from '../proxy.ts';
import { atLeast, none, shown, type Trial, type TrialOptions } from '../trial.ts';
import { CASES, type Case } from './provider-fault.ts';

export interface ProviderOptions extends Omit<TrialOptions, 'real'> {
  readonly requests: number;
}

const CLIENTS = 24;
/** Silences are part of the load, each as long as this. */
const IDLE_MS = 4_000;
const PROBE_INTERVAL_MS = 250;
/** For what is closed a moment later. */
const SETTLE_MS = 20_000;
const GAUGES = ['codex_streams_active', 'codex_worker_inflight', 'codex_worker_queue_depth'];
const NAMES = Object.keys(CASES);

interface Asked {
  readonly name: string;
  readonly answer: Answer;
}

/** Faults of the provider, one beside the other, under load. With the real worker always: it is what makes errors of them. */
export async function disturbProvider({ requests, say }: ProviderOptions): Promise<Trial> {
  const provider = await startDemoProvider({ script: ({ lastUserText }) => CASES[lastUserText]?.answer ?? { deltas: [] } });
  const settings = {
    PROXY_PROVIDER: 'custom',
    PROXY_PROVIDER_BASE_URL: provider.baseUrl,
    CODEX_MODEL: 'demo-codex',
    PROXY_STREAM_IDLE_TIMEOUT_MS: String(IDLE_MS),
  };
  const proxy = await startProxy({ settings });
  let serving = true;
  const closeProvider = async (): Promise<void> => {
    if (serving) await provider.close();
    serving = false;
  };
  try {
    const { workerSockets } = await openFiles(proxy);
    // What is opened once is open then.
    await askAll(proxy, CLIENTS * 4, () => undefined);
    const before = { ...(await openFiles(proxy)), workerSockets };
    const probes = new Probes(proxy);
    const asked = await askAll(proxy, requests, (count) => {
      if (count % 200 === 0) say(`${String(count)} answers`);
    });
    const unready = await probes.stop();
    // The worker keeps connections for a next request, but none to nobody.
    await closeProvider();
    const files = await settledFiles(proxy, before);
    const exposition = await (await fetch(`${proxy.url}/metrics`)).text();
    const all = CLIENTS * 4 + requests;
    const gauges = await settledGauges(proxy);
    const restarts = await proxy.metric('codex_worker_restarts_total');
    proxy.signal('SIGTERM');
    const exitCode = await proxy.ended;
    // Lines leave the proxy in batches; now all are there.
    const records = proxy.log.all({ event: 'request_completed', route: '/v1/chat/completions' });
    const uncaught = proxy.log.all({ event: 'uncaught_error' }).length;
    return {
      name: 'provider',
      figures: [
        atLeast('requests', asked.length, requests),
        shown('kinds of faults', String(NAMES.filter((name) => CASES[name]?.error !== undefined).length)),
        shown('requests that failed, as they had to', String(asked.filter(({ answer }) => answer.error !== undefined).length)),
        none('answers other than expected', asked.filter((one) => !isExpected(one)).length),
        none('terminal records too few or too many', Math.abs(records.length - all)),
        none('errors counted too few or too many', Math.abs(countErrors(exposition) - records.filter(hasFailed).length)),
        none('probes that said unready', unready),
        none('restarts of the worker', restarts),
        none('gauges that did not come back to 0', gauges),
        none('descriptors that the proxy kept', files.proxy),
        none('files that the worker kept', files.worker),
        none('connections that the worker kept', files.workerSockets),
        none('uncaught errors', uncaught),
        none('exit code of the proxy', exitCode ?? -1),
        none('processes left behind', proxy.leftBehind().length),
      ],
    };
  } finally {
    await proxy.remove();
    await closeProvider();
  }
}

/** Turns that were given up take a moment to end. @returns how many do not come back to 0. */
async function settledGauges(proxy: Proxy): Promise<number> {
  const untilMs = performance.now() + SETTLE_MS;
  for (;;) {
    const values = await Promise.all(GAUGES.map(async (name) => proxy.metric(name)));
    const count = values.filter((value) => value !== 0).length;
    if (count === 0 || performance.now() > untilMs) return count;
    await sleep(50);
  }
}

/** Every case as often as the others, one after the other. */
async function askAll(proxy: Proxy, requests: number, onAnswer: (count: number) => void): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < requests) {
      const name = NAMES[next % NAMES.length] ?? '';
      next += 1;
      asked.push({ name, answer: await ask(proxy, name) });
      onAnswer(asked.length);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return asked;
}

function isExpected({ name, answer }: Asked): boolean {
  const wanted: Case | undefined = CASES[name];
  if (wanted === undefined) return false;
  const { error, text, status, done, finish } = answer;
  if (error !== wanted.error || text !== wanted.text) return false;
  if (wanted.error === undefined) return status === 200 && done && finish === 'stop';
  return text === '' ? status === errorDefinition(wanted.error).status : status === 200 && done;
}

const hasFailed = ({ error_code: code }: Readonly<Record<string, unknown>>): boolean => code !== undefined;

function countErrors(exposition: string): number {
  const series = exposition.matchAll(/^codex_http_errors_total\{.*route="\/v1\/chat\/completions".*\} (\d+)$/gm);
  return Array.from(series, (match) => Number(match[1])).reduce((sum, value) => sum + value, 0);
}

/** Asks whether the proxy is ready, again and again. */
class Probes {
  readonly #asking: Promise<void>;
  #going = true;
  #unready = 0;

  constructor(proxy: Proxy) {
    this.#asking = (async () => {
      while (this.#going) {
        const { status } = await fetch(`${proxy.url}/readyz`);
        if (status !== 200) this.#unready += 1;
        await sleep(PROBE_INTERVAL_MS);
      }
    })();
  }

  /** @returns how often it was not. */
  async stop(): Promise<number> {
    this.#going = false;
    await this.#asking;
    return this.#unready;
  }
}

interface Files {
  /** Without the connections of clients, which keep them as they like. */
  readonly proxy: number;
  /** Without its connections, and without its databases: a few more of those are opened as time goes by, whatever is asked. */
  readonly worker: number;
  readonly workerSockets: number;
}

async function openFiles(proxy: Proxy): Promise<Files> {
  const connections = await proxy.metric('codex_http_connections');
  const worker = targetsOf(proxy.workerPid() ?? 0);
  const workerSockets = worker.filter((target) => target.startsWith('socket:')).length;
  const databases = worker.filter((target) => target.includes('sqlite')).length;
  return { proxy: targetsOf(proxy.pid).length - connections, worker: worker.length - workerSockets - databases, workerSockets };
}

/** What the open descriptors of a process are. */
function targetsOf(pid: number): string[] {
  const folder = `/proc/${String(pid)}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(`${folder}/${name}`)];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}

/** How many more there are than `before`, when no more are closed. */
async function settledFiles(proxy: Proxy, before: Files): Promise<Files> {
  const untilMs = performance.now() + SETTLE_MS;
  for (;;) {
    const now = await openFiles(proxy);
    const more = {
      proxy: Math.max(0, now.proxy - before.proxy),
      worker: Math.max(0, now.worker - before.worker),
      workerSockets: Math.max(0, now.workerSockets - before.workerSockets),
    };
    if (more.proxy + more.worker + more.workerSockets === 0 || performance.now() > untilMs) return more;
    await sleep(200);
  }
}
