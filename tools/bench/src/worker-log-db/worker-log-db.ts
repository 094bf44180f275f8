import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { Benchmark } from '../benchmark.ts';
import { closedLoop } from '../client/closed-loop.ts';
import { HttpClient } from '../client/http-client.ts';
import { startProvider } from '../front/provider.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import { numberText } from '../report/number-text.ts';
import type { Row } from '../report/row.ts';

const TURNS = 2_000;
const SLICE = 50;
const CLIENTS = 8;
const PACE = { firstTokenMs: 0, interTokenMs: 0, deltas: 20 };
const QUESTION = { model: 'demo-codex', prompt: 'Hello there, how are you?', deltas: PACE.deltas };
/** Far less than 2,000 turns would write: 50 to 100 KB each. */
const LIMIT_MB = 16;
const MIB = 1_048_576;

/** What the real worker's own log database takes on disk, and what keeping it small costs its turns. */
export const workerLogDb: Benchmark = {
  name: 'worker-log-db',
  about: `${TURNS} turns on the real worker: its log database stays within ${LIMIT_MB} MB, and no request fails`,
  async run(context) {
    const provider = await startProvider(context, PACE);
    const environment = { WORKER_LOG_DB_MAX_MB: String(LIMIT_MB) };
    const proxy = await startProxyFront(context, { name: 'worker-log', providerUrl: provider.url, model: QUESTION.model, environment });
    const home = join(context.folder, 'worker-log', 'state', 'codex-home');
    const client = new HttpClient(proxy, QUESTION);
    let failed = 0;
    const turn = async (): Promise<void> =>
      client.turn().then(
        () => undefined,
        () => void (failed += 1),
      );
    let largest = 0;
    for (let turns = SLICE; turns <= TURNS; turns += SLICE) {
      await closedLoop(SLICE, CLIENTS, turn);
      largest = Math.max(largest, logBytes(home));
      if (turns % 500 === 0) context.say(`${turns} of ${TURNS} turns, ${numberText(logBytes(home) / MIB)} MB on disk`);
    }
    const toldBytes = await toldBy(proxy.url);
    client.close();
    await proxy.stop();
    await provider.stop();
    return {
      rows: [
        ...resultRows(largest, failed),
        { what: 'what the metric says in the end', measured: toldBytes / MIB, unit: 'MB' },
        damage(home),
      ],
    };
  },
};

function resultRows(largest: number, failed: number): Row[] {
  return [
    {
      what: `largest on disk, write-ahead log included, every ${SLICE} turns`,
      measured: largest / MIB,
      unit: 'MB',
      target: { measured: { op: '≤', value: LIMIT_MB } },
    },
    { what: `failed of ${numberText(TURNS)} requests`, measured: failed, unit: '', target: { measured: { op: '≤', value: 0 } } },
  ];
}

const isLog = (name: string): boolean => /^logs_\d+\.sqlite/.test(name);

function logBytes(home: string): number {
  return readdirSync(home)
    .filter(isLog)
    .reduce((sum, name) => sum + (statSync(join(home, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

async function toldBy(url: string): Promise<number> {
  const exposition = await (await fetch(`${url}/metrics`)).text();
  return Number(/^codex_worker_log_db_bytes (\S+)$/m.exec(exposition)?.[1] ?? Number.NaN);
}

/** Pages that the integrity check finds damaged; a database that is not there is one. */
function damage(home: string): Row {
  const [name] = readdirSync(home).filter((file) => isLog(file) && file.endsWith('.sqlite'));
  const database = new SqliteDatabase(join(home, name ?? 'logs'), { readonly: true, fileMustExist: true });
  const found = database.prepare('PRAGMA integrity_check').pluck().all();
  database.close();
  const faults = found.filter((line) => line !== 'ok').length;
  return { what: 'faults that the integrity check finds', measured: faults, unit: '', target: { measured: { op: '≤', value: 0 } } };
}
