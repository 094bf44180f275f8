import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runEventsPageSchema, runsPageSchema } from '@codex-proxy/contracts';
import { writeScriptedWorker } from '@codex-proxy/scripted-worker';
import { openStateDatabaseReadOnly } from '@codex-proxy/state-db';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startProcess } from '../support/proxy-process.ts';
import { MODEL } from '../support/scripted-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** `KILL_POINTS=100` for the long form. */
const POINTS = Number(process.env['KILL_POINTS'] ?? 6);
const MS_A_POINT = 8_000;
/** Of load, before it is killed. */
const LONGEST_LIFE_MS = 1_200;
const CLIENTS = 8;
const KEY = ['key', 'of', 'the', 'crash', 'tests'].join('-');
const HEADERS = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };

const rowSchema = z.object({ id: z.int(), run_id: z.string(), type: z.string(), payload_json: z.string() });
const doubledSchema = z.array(z.object({ run_id: z.string(), type: z.string(), count: z.int() }));

/** What readers were told, by id: who can read an event knows that it is kept. */
type Told = Map<number, { readonly runId: string; readonly type: string; readonly payload: unknown }>;

/** Clients that ask, and one that reads the record, until the proxy is gone. */
async function load(url: string, told: Told): Promise<void> {
  const ask = async (client: number): Promise<void> => {
    for (;;) {
      const body = JSON.stringify({ model: MODEL, stream: client % 2 === 0, messages: [{ role: 'user', content: 'hello' }] });
      await (await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: HEADERS, body })).text();
    }
  };
  const read = async (): Promise<void> => {
    for (;;) {
      const { runs } = runsPageSchema.parse(await (await fetch(`${url}/api/runs?limit=20`, { headers: HEADERS })).json());
      for (const { run_id: runId } of runs) {
        const page = await (await fetch(`${url}/api/runs/${runId}/events`, { headers: HEADERS })).json();
        for (const { id, type, payload } of runEventsPageSchema.parse(page).events) told.set(id, { runId, type, payload });
      }
    }
  };
  await Promise.allSettled([...Array.from({ length: CLIENTS }, async (_, client) => ask(client)), read(), read()]);
}

/** What is wrong with the record in a state folder. */
function faults(stateDir: string, told: Told): string[] {
  const database = openStateDatabaseReadOnly(join(stateDir, 'state.sqlite'));
  try {
    const integrity = database.pragma('integrity_check', { simple: true });
    const rows = new Map(
      rowSchema
        .array()
        .parse(database.prepare('SELECT id, run_id, type, payload_json FROM run_events').all())
        .map((row) => [row.id, row]),
    );
    const lost = [...told].filter(([id, event]) => {
      const row = rows.get(id);
      return row?.run_id !== event.runId || row.type !== event.type || row.payload_json !== JSON.stringify(event.payload);
    });
    // A run of this load has one of each: a request, an answer, an end.
    const doubled = doubledSchema.parse(
      database.prepare('SELECT run_id, type, count(*) AS count FROM run_events GROUP BY run_id, type HAVING count > 1').all(),
    );
    return [
      ...(integrity === 'ok' ? [] : [String(integrity)]),
      ...lost.map(([id, { runId, type }]) => `event ${id} (${type} of ${runId}) is not as it was told`),
      ...doubled.map(({ run_id: runId, type, count }) => `${runId} has ${count} of ${type}`),
    ];
  } finally {
    database.close();
  }
}

test(
  `a proxy that is killed at ${POINTS} random points under load keeps every event that was told, once`,
  {
    timeout: 60_000 + POINTS * MS_A_POINT,
  },
  async ({ annotate }) => {
    const stateDir = join(temporaryFolder(), 'state');
    const binary = await writeScriptedWorker(temporaryFolder(), { deltas: 4, interDeltaMs: 2, models: [MODEL] });
    const told: Told = new Map();
    for (let point = 0; point < POINTS; point += 1) {
      const proxy = startProcess({
        PROXY_PROVIDER: 'demo',
        CODEX_BIN: binary,
        PROXY_API_KEY: KEY,
        PROXY_STATE_DIR: stateDir,
        LOG_LEVEL: 'warn',
      });
      await expect.poll(proxy.stderr).toContain('codex-proxy listens on');
      const [url = ''] = /http:\S+/.exec(proxy.stderr()) ?? [];
      await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { interval: 20 }).toBe(200);
      const loaded = load(url, told);
      const toldBefore = told.size;
      // Every other time at any moment, and else when something can be lost.
      if (point % 2 === 1) await expect.poll(() => told.size, { interval: 10 }).toBeGreaterThan(toldBefore);
      await sleep(Math.random() * LONGEST_LIFE_MS);
      proxy.signal('SIGKILL');
      await Promise.all([loaded, proxy.ended]);
      expect(faults(stateDir, told), `after kill ${point + 1}`).toEqual([]);
    }
    await annotate(`${told.size} events were told before a kill`);
    expect(told.size).toBeGreaterThan(0);

    const last = startProcess({ PROXY_PROVIDER: 'demo', CODEX_BIN: binary, PROXY_API_KEY: KEY, PROXY_STATE_DIR: stateDir });
    const url = await last.url();
    const running = async (): Promise<readonly string[]> => {
      const { runs } = runsPageSchema.parse(await (await fetch(`${url}/api/runs?limit=1000`, { headers: HEADERS })).json());
      return runs.filter(({ status }) => status === 'running').map(({ run_id: runId }) => runId);
    };
    // They are ended by the writer, beside the start.
    await expect.poll(running).toEqual([]);
    last.signal('SIGTERM');
    expect((await last.ended).code).toBe(0);
    expect(faults(stateDir, told)).toEqual([]);
  },
);
