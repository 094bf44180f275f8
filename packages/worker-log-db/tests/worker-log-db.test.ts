import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkerLogDbReport } from '@codex-proxy/contracts';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { WorkerLogDb } from '../src/index.ts';
import { WorkerLog } from './worker-log.ts';

const MIB = 1_048_576;
const opened: WorkerLogDb[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (keeper) => keeper.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

interface Watched {
  readonly keeper: WorkerLogDb;
  readonly reports: WorkerLogDbReport[];
  readonly heard: string[];
}

function keep(codexHome: string, maxBytes: number): Watched {
  const reports: WorkerLogDbReport[] = [];
  const heard: string[] = [];
  folders.push(codexHome);
  const keeper = new WorkerLogDb({
    codexHome,
    maxBytes,
    intervalMs: 3_600_000,
    onReport: (report) => reports.push(report),
    onFailure: (error) => heard.push(`failed: ${error.message}`),
    onRecover: () => heard.push('recovered'),
  });
  opened.push(keeper);
  return { keeper, reports, heard };
}

test('a worker that warns all the time stays within a small limit', async () => {
  const log = new WorkerLog();
  folders.push(log.codexHome);
  const reports: WorkerLogDbReport[] = [];
  const keeper = new WorkerLogDb({
    codexHome: log.codexHome,
    maxBytes: MIB,
    onReport: (report) => reports.push(report),
    onFailure: (error) => expect.unreachable(error.message),
    onRecover: () => undefined,
  });
  opened.push(keeper);
  keeper.start();
  const body = 'Unknown model demo-codex is used. '.repeat(30);
  let largestBytes = 0;
  // As many rows as 35 turns a second make, whatever the speed of this machine.
  while (reports.filter(({ deletedRows }) => deletedRows > 0).length < 3) {
    log.write('WARN', body, 8);
    largestBytes = Math.max(largestBytes, log.bytesOnDisk());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(largestBytes).toBeLessThanOrEqual(MIB);
  expect(log.isSound()).toBe(true);
});

describe('the records of a worker', () => {
  test('below warnings are kept out, by this worker and by the next', async () => {
    const log = new WorkerLog();
    const { keeper, reports } = keep(log.codexHome, 64 * MIB);
    log.write('TRACE', 'before');
    await keeper.check();
    for (const level of ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'] as const) log.write(level, 'text');
    expect(log.levels()).toEqual(['TRACE', 'WARN', 'ERROR']);
    expect(reports[0]?.filtered).toBe(true);
    log.database.close();
    const next = new Database(log.path);
    next.prepare(`INSERT INTO logs (ts, ts_nanos, level, target) VALUES (1, 0, 'DEBUG', 'x')`).run();
    expect(next.prepare('SELECT count(*) FROM logs').pluck().get()).toBe(3);
    next.close();
  });

  test('are none at all when nothing may be kept', async () => {
    const log = new WorkerLog();
    log.write('ERROR', 'x'.repeat(1000), 20_000);
    const { keeper } = keep(log.codexHome, 0);
    await keeper.check();
    log.write('ERROR', 'late');
    expect(log.rows()).toBe(0);
    expect(statSync(log.path).size).toBeLessThan(MIB / 4);
  });

  test('follow the limit when it changes between nothing and something', async () => {
    const log = new WorkerLog();
    await keep(log.codexHome, 0).keeper.check();
    folders.pop();
    await keep(log.codexHome, MIB).keeper.check();
    log.write('WARN', 'kept');
    log.write('INFO', 'not kept');
    expect(log.levels()).toEqual(['WARN']);
  });
});

describe('the size', () => {
  test('comes back under the limit, bytes really returned, the newest rows kept, while the worker holds its connection', async () => {
    const log = new WorkerLog();
    for (let part = 0; part < 10; part += 1) log.write('WARN', 'x'.repeat(1000), 4_000);
    const { keeper, reports } = keep(log.codexHome, 16 * MIB);
    await keeper.check();
    const [report] = reports;
    expect(report?.bytes).toBeLessThanOrEqual(8 * MIB);
    expect(report?.reclaimedBytes).toBeGreaterThan(24 * MIB);
    expect(statSync(log.path).size).toBeLessThanOrEqual(8 * MIB);
    expect(log.database.prepare('SELECT max(id) FROM logs').pluck().get()).toBe(40_000);
    expect(log.rows() + (report?.deletedRows ?? 0)).toBe(40_000);
    expect(log.isSound()).toBe(true);
    log.write('WARN', 'goes on');
    expect(keeper.failing).toBe(false);
  });

  test('what was deleted cannot be read from the file', async () => {
    const log = new WorkerLog();
    log.write('WARN', 'marker-of-old-content'.repeat(20), 30_000);
    await keep(log.codexHome, 0).keeper.check();
    expect(readFileSync(log.path).includes('marker-of-old-content')).toBe(false);
  });

  test('is that of the newest schema', async () => {
    const log = new WorkerLog('logs_3.sqlite');
    writeFileSync(join(log.codexHome, 'logs_2.sqlite'), 'old');
    const { keeper, heard } = keep(log.codexHome, MIB);
    await keeper.check();
    expect(heard).toEqual([]);
    expect(keeper.bytes).toBeGreaterThanOrEqual(statSync(log.path).size);
  });

  test('of a table that is not known is bounded, without a filter', async () => {
    const log = new WorkerLog('logs_9.sqlite', 'CREATE TABLE logs (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT)');
    const insert = log.database.prepare('INSERT INTO logs (body) VALUES (?)');
    for (let row = 0; row < 6_000; row += 1) insert.run('x'.repeat(1000));
    const { keeper, reports } = keep(log.codexHome, 2 * MIB);
    await keeper.check();
    expect(reports[0]).toMatchObject({ filtered: false });
    expect(statSync(log.path).size).toBeLessThanOrEqual(MIB);
  });
});

describe('what can go wrong', () => {
  test('no home and no database yet is nothing to report on', async () => {
    const home = mkdtempSync(join(tmpdir(), 'codex-proxy-home-'));
    const { keeper, reports, heard } = keep(home, MIB);
    await keeper.check();
    expect([reports[0]?.bytes, heard]).toEqual([0, []]);
  });

  test('a file that is no database is reported once, left as it is, and recovery too', async () => {
    const home = mkdtempSync(join(tmpdir(), 'codex-proxy-home-'));
    const path = join(home, 'logs_2.sqlite');
    writeFileSync(path, 'not a database at all'.repeat(100));
    const { keeper, heard } = keep(home, MIB);
    await keeper.check();
    await keeper.check();
    expect(heard).toEqual(['failed: file is not a database']);
    expect(keeper.failing).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain('not a database');
    rmSync(path);
    await keeper.check();
    expect(heard.at(-1)).toBe('recovered');
    expect(keeper.failing).toBe(false);
  });

  test('a database that is locked for long fails the look, not the keeper', async () => {
    const log = new WorkerLog();
    const { keeper, heard } = keep(log.codexHome, MIB);
    log.database.exec('BEGIN IMMEDIATE');
    await keeper.check();
    expect(heard).toEqual(['failed: database is locked']);
    log.database.exec('COMMIT');
    await keeper.check();
    expect(heard).toEqual(['failed: database is locked', 'recovered']);
  });

  test('a link, a folder, or another name in its place is left alone', async () => {
    const home = mkdtempSync(join(tmpdir(), 'codex-proxy-home-'));
    const elsewhere = new WorkerLog();
    folders.push(elsewhere.codexHome);
    symlinkSync(elsewhere.path, join(home, 'logs_4.sqlite'));
    mkdirSync(join(home, 'logs_3.sqlite'));
    writeFileSync(join(home, 'state_5.sqlite'), 'mine');
    const { keeper, heard } = keep(home, 0);
    await keeper.check();
    elsewhere.write('INFO', 'still written');
    expect([heard, elsewhere.rows(), readFileSync(join(home, 'state_5.sqlite'), 'utf8')]).toEqual([[], 1, 'mine']);
  });

  test('looks that come together are one, and none comes after the end', async () => {
    const log = new WorkerLog();
    const { keeper, reports } = keep(log.codexHome, MIB);
    keeper.start();
    await Promise.all([keeper.check(), keeper.check()]);
    await keeper.close();
    await keeper.check();
    expect(reports).toHaveLength(1);
  });
});
