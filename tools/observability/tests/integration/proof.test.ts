import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rulesFile } from '@codex-proxy/observability';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ROWS } from '../../src/dashboard/rows.ts';
import { INTERVAL_MS, shorter } from '../../src/live/pace.ts';
import { SCRAPE_JOB } from '../../src/objectives.ts';
import { ALERTS, type AlertName } from '../../src/rules/alerts.ts';
import { alertNames } from '../../src/render-all.ts';
import { repeat, startLoad } from '../support/load.ts';
import { findPrometheus, freePort } from '../../src/live/program.ts';
import { blocks, ROLLOUT, runShell } from '../support/runbook.ts';
import { startPrometheus, type FiringAlert, type Prometheus } from '../../src/live/prometheus.ts';
import { startProxy, type ProxyUnderLoad } from '../../src/live/proxy.ts';

const binary = findPrometheus();
/** What cannot be had here is skipped by name: no other line says that Prometheus is missing. */
const proof = binary === undefined ? describe.skip : describe;

/** How long the services are in trouble, at most. */
const LASTS_S = 100;
/** A second service, of which nothing works. */
const BROKEN_JOB = 'codex-proxy-broken';

/** Alerts whose faults cannot be made in seconds: more than 100 MiB of agent logs, 230 MiB of worker log. */
const NOT_PROVOKED: readonly AlertName[] = ['CodexArchiveOverdue', 'CodexWorkerLogDbNearLimit'];

let folder: string;
let prometheus: Prometheus;
/** The service that works, but for what is done to it. */
let used: ProxyUnderLoad;
const stops: (() => Promise<void>)[] = [];
const trouble = new AbortController();
let load: Promise<unknown> = Promise.resolve();
/** Everything that has fired so far, by name. */
const fired = new Map<string, FiringAlert>();

async function watchAlerts(): Promise<void> {
  for (const alert of await prometheus.alerts()) {
    if (alert.state === 'firing') fired.set(alert.labels['alertname'] ?? '', alert);
  }
}

async function start(name: string, options: Parameters<typeof startProxy>[1]): Promise<ProxyUnderLoad> {
  const proxy = await startProxy(join(folder, name), options);
  stops.push(proxy.stop);
  return proxy;
}

proof('rules and dashboard on a real Prometheus that scrapes real proxies in trouble', () => {
  beforeAll(
    async () => {
      if (binary === undefined) return;
      folder = mkdtempSync(join(tmpdir(), 'codex-proof-'));
      used = await start('used', {
        settings: { WORKER_MAX_CONCURRENCY: '64', PROXY_TRACE_BUFFER: 'true', AGENT_LOGS_ARCHIVE_THRESHOLD_MB: '0' },
      });
      const closed = await start('closed', { settings: { PROXY_MAINTENANCE_MODE: 'true' } });
      // No database and no trace can be written: their places are taken.
      const lossy = await start('lossy', {
        settings: { PROXY_TRACE_BUFFER: 'true' },
        prepare: (stateDir) => {
          mkdirSync(join(stateDir, 'state.sqlite'));
          writeFileSync(join(stateDir, 'trace-buffer'), 'not a folder');
        },
      });
      const neverReady = await start('never-ready', { worker: { exitOnStart: 3 } });
      const crashing = await start('crashing', { settings: { WORKER_BACKOFF_INITIAL_MS: '20', WORKER_BACKOFF_MAX_MS: '50' } });
      prometheus = await startPrometheus(binary, join(folder, 'prometheus'), {
        rules: rulesFile(shorter),
        targets: {
          [SCRAPE_JOB]: [used.address, closed.address, lossy.address, `127.0.0.1:${await freePort()}`],
          [BROKEN_JOB]: [neverReady.address, crashing.address],
        },
        intervalMs: INTERVAL_MS,
      });
      stops.push(prometheus.stop);
      const { signal } = trouble;
      const faults = [
        repeat(signal, 50, 2_000, () => crashing.chat({ exitAfterDeltas: 1 })),
        repeat(signal, 3_000, 100, () => used.operate('POST', '/internal/worker/recycle')),
        ...[closed, neverReady, lossy].map((proxy) => repeat(signal, 200, 2_000, () => proxy.chat({ deltas: 2 }))),
      ];
      const calm = new AbortController();
      const first = repeat(calm.signal, 40, 2_000, () => used.chat({ deltas: 5, interDeltaMs: 2 }));
      await vi.waitUntil(async () => (await prometheus.query('job:codex_chat_latency_p95_ms:baseline', 1)).length > 0, {
        timeout: LASTS_S * 1_000,
        interval: 500,
      });
      calm.abort();
      await first;
      // The baseline is there: now the service in use gets into trouble, too.
      load = Promise.all([...faults, startLoad(used, signal)]);
      const provoked = alertNames().filter((name) => !NOT_PROVOKED.includes(name));
      const until = Date.now() + LASTS_S * 1_000;
      while (Date.now() < until && !provoked.every((name) => fired.has(name))) {
        await watchAlerts();
        await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
      }
    },
    2.5 * LASTS_S * 1_000,
  );

  afterAll(async () => {
    trouble.abort();
    await Promise.all(stops.map((stop) => stop()));
    await load;
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  test.each(alertNames().filter((name) => !NOT_PROVOKED.includes(name)))('%s fires', (name) => {
    const alert = fired.get(name);
    expect(alert, `fired so far: ${[...fired.keys()].join(' ')}`).toBeDefined();
    expect(alert?.labels).toMatchObject({ owner: 'sre', page_service: 'codex-app', severity: ALERTS[name].severity });
    expect(alert?.annotations['description']).not.toMatch(/<no value>|error executing|\{\{/);
  });

  test.each(NOT_PROVOKED)('%s looks at series that are there', async (name) => {
    // `> bool` says 0 or 1 where `>` says nothing.
    const compared = ALERTS[name].expr(shorter).replaceAll(/(>=|>|==)/g, '$1 bool');
    expect(await prometheus.query(compared, LASTS_S)).not.toEqual([]);
  });

  test('rules were evaluated without a complaint', () => {
    expect(prometheus.output()).not.toMatch(/level=error|Evaluating rule failed/);
  });

  const asked = [...blocks('promql'), ...blocks('promql', ROLLOUT)];
  test.each(asked)('a page asks Prometheus something under "$heading" that it can answer: $code', async ({ code }) => {
    expect(await prometheus.query(code, 2 * LASTS_S)).not.toEqual([]);
  });

  test.each([...blocks('sh'), ...blocks('sh', ROLLOUT)])('a page has a command under "$heading" that works: $code', async ({ code }) => {
    const log = join(folder, 'used.log');
    writeFileSync(log, used.output());
    const end = await runShell(code, { ...used.environment, PROXY_LOG: log, REQUEST_ID: used.lastRequestId() });
    // These two exit with 1 when they have found something, as they should of a proxy in trouble.
    const judges = /codex-ops (status|doctor)/.test(code);
    expect(judges ? [0, 1] : [0], end.output).toContain(end.code);
  });

  const queries = ROWS.flatMap(({ panels }) =>
    panels.flatMap(({ title, queries: own }) => own.map(({ legend, expr }) => ({ title, legend, expr }))),
  );
  test.each(queries)('panel "$title" has data for "$legend"', async ({ expr }) => {
    const query = expr
      .replaceAll('$__rate_interval', `${INTERVAL_MS * 6}ms`)
      .replaceAll('$job', SCRAPE_JOB)
      .replaceAll(/\$(instance|model)/g, '.*');
    expect(query).not.toContain('$');
    expect(await prometheus.query(query, 2 * LASTS_S)).not.toEqual([]);
  });
});
