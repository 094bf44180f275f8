import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStateDatabaseReadOnly, openStateDb, sizeOnDisk, type StateDb } from '@codex-proxy/state-db';
import { createRunEventStore, type RunEventStore } from '@codex-proxy/run-events';
import { createRowReader } from '../src/thread/run-reader.ts';
import { event, RARE_EVERY } from './events.ts';
import { quantile, renderTable, timeEach } from './timing.ts';

const EVENTS = 1_000_000;
const BIG_RUN = 'req_big';
const BATCH = 500;
const OFFERED_PER_SECOND = 10_000;
const OFFERED_SECONDS = 10;
const PAGES = 2_000;

const folder = mkdtempSync(join(tmpdir(), 'run-events-bench-'));
try {
  await run(join(folder, 'state.sqlite'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function run(path: string): Promise<void> {
  const stateDb = await openStateDb({ path });
  const store = createRunEventStore({ stateDb, maxPerRun: 2 * EVENTS });
  const appendRows = await append(store, path);
  const offeredRows = await offer(store, stateDb);
  const pageRows = await pages(store, path);
  await stateDb.close();
  const rows = [...appendRows, ...offeredRows, ...pageRows];
  process.stdout.write(renderTable([['run events', 'measured', 'target'], ...rows]));
}

/** Half of the events go to one run, so that it is deep; the other half to 5,000 runs. */
function runOf(at: number): string {
  return at % 2 === 0 ? BIG_RUN : `req_${(at >> 1) % 5_000}`;
}

/** Batches as fast as they are acknowledged, four of them under way. */
async function append(store: RunEventStore, path: string): Promise<string[][]> {
  const cpu = process.threadCpuUsage();
  const start = performance.now();
  let next = 0;
  let acknowledged = 0;
  const lane = async (): Promise<void> => {
    while (next < EVENTS) {
      const first = next;
      next += BATCH;
      const results = await Promise.all(
        Array.from({ length: BATCH }, (_, at) => store.appendRunEvent(runOf(first + at), event(first + at))),
      );
      acknowledged += results.filter(({ stored }) => stored).length;
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.threadCpuUsage(cpu);
  return [
    [`append ${EVENTS} events, batches of ${BATCH}, all acknowledged`, `${Math.round(acknowledged / seconds)}/s`, '≥ 25000/s'],
    ['  of the serving thread for each', `${((user + system) / EVENTS).toFixed(1)} µs`, ''],
    ['  events lost', String(EVENTS - acknowledged), '0'],
    ['  on disk', `${Math.round(sizeOnDisk(path) / 1_048_576)} MB`, ''],
  ];
}

/** What a serving thread feels of 10,000 events a second. */
async function offer(store: RunEventStore, stateDb: StateDb): Promise<string[][]> {
  await store.flush();
  const idle = await delayWhile(OFFERED_SECONDS, () => undefined);
  const droppedBefore = stateDb.droppedRows;
  await delayWhile(2, offering(store).offer);
  const { offer: next, offered } = offering(store);
  const busy = await delayWhile(OFFERED_SECONDS, next);
  const rate = offered() / OFFERED_SECONDS;
  await store.flush();
  return [
    [`event-loop delay p99 at ${Math.round(rate)} offered a second`, `${busy.toFixed(2)} ms`, '≤ 3 ms'],
    ['  the same with nothing offered', `${idle.toFixed(2)} ms`, ''],
    ['  events dropped', String(stateDb.droppedRows - droppedBefore), '0'],
  ];
}

function offering(store: RunEventStore): { readonly offer: (elapsedMs: number) => void; readonly offered: () => number } {
  let offered = 0;
  return {
    offered: () => offered,
    offer(elapsedMs) {
      for (const due = (elapsedMs * OFFERED_PER_SECOND) / 1_000; offered < due; offered += 1)
        store.recordRunEvent(runOf(offered), event(offered));
    },
  };
}

async function delayWhile(seconds: number, work: (elapsedMs: number) => void): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  for (let elapsed = 0; elapsed < seconds * 1_000; elapsed = performance.now() - start) {
    work(elapsed);
    await sleep(1);
  }
  delay.disable();
  return delay.percentile(99) / 1e6;
}

async function pages(store: RunEventStore, path: string): Promise<string[][]> {
  const deep = (at: number) => ({ afterId: (at * 7_919) % EVENTS, limit: 100 });
  const rare = (at: number) => ({ afterId: (at * 7_919) % (EVENTS - 100 * RARE_EVERY), limit: 100, types: ['test_result'] as const });
  const both = (at: number) => ({ ...rare(at), types: ['test_result', 'error'] as const });
  const measure = async (name: string, query: (at: number) => object): Promise<string[]> => {
    await timeEach(200, (at) => store.encodeRunEvents(BIG_RUN, query(at)));
    return rowOf(name, await timeEach(PAGES, (at) => store.encodeRunEvents(BIG_RUN, query(at))));
  };
  const database = openStateDatabaseReadOnly(path);
  const read = createRowReader(database)['page'];
  const here = await timeEach(PAGES, (at) => Promise.resolve(read?.({ runId: BIG_RUN, types: [], ...deep(at) })));
  database.close();
  return [
    await measure('page of 100, anywhere in the million', deep),
    await measure('page of 100 of a rare type', rare),
    await measure('page of 100 of two rare types', both),
    rowOf('page of 100 read on the serving thread instead', here),
    await listing(store),
  ];
}

async function listing(store: RunEventStore): Promise<string[]> {
  const [name = '', measured = ''] = rowOf('page of 100 runs, parsed', await timeEach(500, () => store.listRuns()));
  return [name, measured, ''];
}

function rowOf(name: string, times: readonly number[]): string[] {
  return [`${name}: p50, p99`, `${quantile(times, 0.5).toFixed(2)}, ${quantile(times, 0.99).toFixed(2)} ms`, '≤ 2 ms'];
}
