import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStateDatabase, openStateDb } from '@codex-proxy/state-db';
import { expect, test } from 'vitest';
import { createRunEventStore } from '@codex-proxy/run-events';
import { newFolder } from '../fixtures/store.ts';

const LANES = 2;
const DATABASES_OF_A_LANE = 5;
const KILLS_OF_A_DATABASE = 10;
const LONGEST_MS = 100;
const PROGRAM = join(import.meta.dirname, '../fixtures/load.ts');

function start(path: string, acknowledgements: string, first: number | 'none', cache: string) {
  const args = ['-C', '@codex-proxy/source', PROGRAM, path, acknowledgements, String(first)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_COMPILE_CACHE: cache } });
}

/** Runs the load over a database and kills it somewhere. */
async function killSomewhere(path: string, acknowledgements: string, first: number, cache: string): Promise<void> {
  const child = start(path, acknowledgements, first, cache);
  await once(child.stdout, 'data');
  await sleep(Math.random() * LONGEST_MS);
  child.kill('SIGKILL');
  await once(child, 'close');
}

/** Id and number of each event that was acknowledged; the last line may be torn. */
function readAcknowledged(path: string): (readonly [id: number, number: number])[] {
  const text = readFileSync(path, 'utf8');
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  return lines.map((line) => line.split(' ').map(Number)).map(([id = 0, number = 0]) => [id, number]);
}

interface Tally {
  acknowledged: number;
  kept: number;
}

function check(path: string, acknowledged: readonly (readonly [id: number, number: number])[]): number {
  const database = openStateDatabase(path);
  try {
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    const sql = `SELECT id, payload_json ->> 'number' AS number FROM run_events WHERE payload_json ->> 'reason' IS NULL`;
    const rows = database.prepare<[], { id: number; number: number }>(sql).all();
    const kept = new Map(rows.map(({ id, number }) => [id, number]));
    // Each number was appended once: there are as many as rows, and every acknowledged one is under its id.
    expect(new Set(kept.values()).size).toBe(kept.size);
    expect(acknowledged.filter(([id, number]) => kept.get(id) !== number)).toEqual([]);
    const counted = 'SELECT run_id FROM runs WHERE event_count <> (SELECT count(*) FROM run_events e WHERE e.run_id = runs.run_id)';
    expect(database.prepare(counted).all()).toEqual([]);
    return kept.size;
  } finally {
    database.close();
  }
}

async function lane(cache: string, tally: Tally): Promise<void> {
  for (let at = 0; at < DATABASES_OF_A_LANE; at += 1) {
    const folder = newFolder();
    const [path, acknowledgements] = [join(folder, 'state.sqlite'), join(folder, 'acknowledged')];
    let kept = 0;
    for (let kill = 0; kill < KILLS_OF_A_DATABASE; kill += 1) {
      await killSomewhere(path, acknowledgements, kill * 1_000_000, cache);
      kept = check(path, readAcknowledged(acknowledgements));
    }
    tally.kept += kept;
    tally.acknowledged += readAcknowledged(acknowledgements).length;
    await expectAllClosed(path);
  }
}

/** The next process closes the runs that the last one left. */
async function expectAllClosed(path: string): Promise<void> {
  const stateDb = await openStateDb({ path });
  const store = createRunEventStore({ stateDb });
  await store.flush();
  const { runs } = await store.listRuns({ limit: 1_000 });
  expect(new Set(runs.map(({ status, error_code: code }) => `${status} ${code}`))).toEqual(new Set(['failed internal_error']));
  await stateDb.close();
}

test('killed at 100 points under load: the database is whole, no acknowledged event is lost, none is there twice', async () => {
  const tally: Tally = { acknowledged: 0, kept: 0 };
  const cache = newFolder();
  await once(start(join(cache, 'warm.sqlite'), join(cache, 'none'), 'none', cache).stdout.resume(), 'close');
  await Promise.all(Array.from({ length: LANES }, () => lane(cache, tally)));
  expect(tally.acknowledged).toBeGreaterThan(1_000);
  expect(tally.kept).toBeGreaterThanOrEqual(tally.acknowledged);
  process.stdout.write(`100 kills, ${tally.acknowledged} events acknowledged, ${tally.kept} kept\n`);
}, 300_000);
