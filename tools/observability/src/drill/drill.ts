import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { INTERVAL_MS, shorter } from '../live/pace.ts';
import { REPOSITORY } from '../live/program.ts';
import { startPrometheus, type Prometheus } from '../live/prometheus.ts';
import { startProxy, type ProxyUnderLoad } from '../live/proxy.ts';
import { SCRAPE_JOB } from '../objectives.ts';
import { rulesFile } from '../rules/rules-file.ts';
import { firings, type Firing } from './firing.ts';
import type { AccessRecord, Field, Incident } from './incident.ts';
import { placeless, runOps, type Command } from './journal.ts';

/** What became of an incident. */
export interface Drilled {
  readonly incident: Incident;
  readonly injectedAtMs: number;
  /** Absent where nothing is to be mended. */
  readonly mendedAtMs?: number;
  readonly requestId: string;
  readonly commands: readonly Command[];
}

export interface Drill {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly drilled: readonly Drilled[];
  /** Everything that fired, in order. */
  readonly firings: readonly Firing[];
  /** How the proxy was when all was over. */
  readonly closing: readonly Command[];
}

export interface DrillOptions {
  /** The program of Prometheus. */
  readonly binary: string;
  readonly incidents: readonly Incident[];
  /** Takes the bundle of an incident out of `folder`, before it is removed. `clean` takes the places of this machine out of a text. */
  readonly keep: (incident: Incident, folder: string, clean: (text: string) => string) => void;
  /** Told before Prometheus ends, for pictures. */
  readonly onEnd: (drill: Drill, prometheus: Prometheus) => Promise<void>;
  readonly say: (line: string) => void;
}

/** Five minutes of sliding quantile, and the rest. */
const PATIENCE_MS = 420_000;
const READY_QUERY = 'job:codex_chat_latency_p95_ms:baseline';

const AccessRecordSchema = z.object({
  request_id: z.string(),
  error_code: z.string().nullish(),
  latency_ms: z.number().nullish(),
});

/** Makes every fault on one proxy that Prometheus watches, and captures what an on-call engineer would. */
export async function runDrill(options: DrillOptions): Promise<Drill> {
  const folder = mkdtempSync(join(tmpdir(), 'drill-'));
  const calm = new AbortController();
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })];
  try {
    const proxy = await startProxy(folder, { settings: { WORKER_MAX_CONCURRENCY: '32', PROXY_TRACE_BUFFER: 'true' } });
    stops.unshift(proxy.stop);
    const prometheus = await startPrometheus(options.binary, join(folder, 'prometheus'), {
      rules: rulesFile(shorter),
      targets: { [SCRAPE_JOB]: [proxy.address] },
      intervalMs: INTERVAL_MS,
    });
    stops.unshift(prometheus.stop);
    const load = usualLoad(proxy, calm.signal);
    stops.unshift(() => {
      calm.abort();
      return load;
    });
    return await new Exercise({ ...options, folder, proxy, prometheus }).run();
  } finally {
    for (const stop of stops) await stop();
  }
}

/** About 25 requests a second, streamed and not: enough for the p95 to come back while the shortened baseline does not yet know the incident. */
function usualLoad(proxy: ProxyUnderLoad, signal: AbortSignal): Promise<unknown> {
  const loop = async (everyMs: number, stream: boolean): Promise<void> => {
    while (!signal.aborted) {
      await proxy.chat({ deltas: 5, interDeltaMs: 2 }, { stream });
      await sleep(everyMs);
    }
  };
  return Promise.all([loop(65, true), loop(65, false)]);
}

type Parts = DrillOptions & { readonly folder: string; readonly proxy: ProxyUnderLoad; readonly prometheus: Prometheus };

class Exercise {
  readonly #parts: Parts;
  readonly #startedAtMs = Date.now();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async run(): Promise<Drill> {
    const { prometheus, incidents, say, onEnd } = this.#parts;
    say('usual load, until the latency has a baseline');
    await this.#until('a baseline', async () => (await prometheus.query(READY_QUERY, 1)).length > 0);
    const drilled: Drilled[] = [];
    for (const incident of incidents) drilled.push(await this.#drill(incident));
    say('waiting until every alert is cleared');
    await this.#until('all to be clear', async () => (await prometheus.alerts()).length === 0);
    // One more evaluation, so that the last clearing is seen as one.
    await sleep(4 * INTERVAL_MS);
    const closing: Command[] = [];
    await this.#ops(closing, 'status');
    const found = await this.#firings();
    const drill = { startedAtMs: this.#startedAtMs, endedAtMs: Date.now(), drilled, firings: found, closing };
    await onEnd(drill, prometheus);
    return drill;
  }

  async #drill(incident: Incident): Promise<Drilled> {
    const { proxy, folder, say, keep } = this.#parts;
    say(`${incident.name}: making the fault`);
    const commands: Command[] = [];
    const trouble = new AbortController();
    const ops = (...args: string[]): Promise<Command> => this.#ops(commands, ...args);
    const field: Field = { proxy, signal: trouble.signal, ops };
    const injectedAtMs = Date.now();
    const fault = incident.inject(field);
    try {
      await this.#until(incident.alert, () => this.#fires(incident.alert));
      say(`${incident.name}: ${incident.alert} fires, capturing`);
      await ops('status');
      const requestId = await this.#findRequest(incident, field);
      const log = join(folder, 'proxy.log');
      writeFileSync(log, proxy.output());
      const bundle = join(folder, 'evidence', incident.name);
      mkdirSync(join(folder, 'evidence'), { recursive: true });
      await ops('trace', '--req-id', requestId, '--log', log);
      await ops('evidence', 'capture', '--out', bundle, '--alert', incident.alert, '--req-id', requestId, '--lines', '50', '--log', log);
      keep(incident, bundle, (text) => placeless(text, this.#places()));
      const mendedAtMs = Date.now();
      trouble.abort();
      await incident.mend?.(field);
      await fault;
      if (incident.passes === undefined) await this.#until(`${incident.alert} to clear`, async () => !(await this.#fires(incident.alert)));
      return { incident, injectedAtMs, requestId, commands, ...(incident.passes === undefined && { mendedAtMs }) };
    } finally {
      trouble.abort();
      await fault;
    }
  }

  /** The newest request of the incident. */
  async #findRequest({ request, name }: Incident, field: Field): Promise<string> {
    const found = 'inLog' in request ? request.inLog(field) : (await this.#accessRecords(field)).findLast(request.inAccessLog)?.request_id;
    if (found === undefined) throw new Error(`${name}: no request of it is in the logs`);
    return found;
  }

  async #accessRecords({ ops }: Field): Promise<AccessRecord[]> {
    const { output } = await ops('logs', '--file', 'access', '--since', '1m', '--json');
    return output.split('\n').flatMap((line) => (line.startsWith('{') ? [AccessRecordSchema.parse(JSON.parse(line))] : []));
  }

  async #ops(into: Command[], ...args: string[]): Promise<Command> {
    const { proxy } = this.#parts;
    const { PROXY_URL, PROXY_ADMIN_TOKEN } = proxy.environment;
    const ran = await runOps(args, { CODEX_OPS_URL: PROXY_URL, PROXY_STATE_DIR: proxy.stateDir, PROXY_ADMIN_TOKEN });
    const places = this.#places();
    if (ran.code !== 0 && args[0] !== 'status') throw new Error(`${ran.text}: ${ran.output}`);
    into.push({ ...ran, text: placeless(ran.text, places), output: placeless(ran.output, places) });
    return ran;
  }

  #places(): Record<string, string> {
    const { proxy, folder } = this.#parts;
    return { [proxy.stateDir]: '$STATE', [folder]: '$DRILL', [REPOSITORY]: '$CHECKOUT', [hostname()]: '$HOST' };
  }

  async #fires(name: string): Promise<boolean> {
    return (await this.#parts.prometheus.alerts()).some(({ labels, state }) => labels['alertname'] === name && state === 'firing');
  }

  async #firings(): Promise<Firing[]> {
    const seconds = Math.ceil((Date.now() - this.#startedAtMs) / 1_000) + 1;
    const courses = await this.#parts.prometheus.samples('ALERTS{alertstate="firing", page_service="codex-app"}', seconds);
    return firings(courses, { intervalMs: INTERVAL_MS, nowMs: Date.now() });
  }

  async #until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`waited in vain for ${what}: ${this.#parts.prometheus.output()}`);
      await sleep(INTERVAL_MS);
    }
  }
}
