import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ARCHIVE_PHASES, type ArchiveOutcome, type ArchiveProgress } from '@codex-proxy/contracts';
import { MIGRATIONS } from '@codex-proxy/state-db';
import { ScaleTrace, verifyArchive, type RunOptions } from '@codex-proxy/scale-trace';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { countRows, ids, insertRows, newAgentLogs, readJson, rejection, stamp, STAMP_MS, type AgentLogs } from './fixtures/agent-logs.ts';

const MIB = 1024 * 1024;
const clock = (): number => STAMP_MS;

interface Ran {
  readonly outcomes: readonly ArchiveOutcome[];
  readonly progress: readonly ArchiveProgress[];
  readonly error: string | undefined;
}

async function run({ path, folder }: AgentLogs, options: RunOptions = {}): Promise<Ran> {
  const outcomes: ArchiveOutcome[] = [];
  const progress: ArchiveProgress[] = [];
  let error: string | undefined;
  await ScaleTrace.run(path, folder, {
    thresholdBytes: 64 * 1024,
    clock: () => STAMP_MS + 1e6,
    onOutcome: (outcome) => outcomes.push(outcome),
    onProgress: (step) => progress.push(step),
    ...options,
  }).catch((cause: unknown) => {
    error = (cause as { code: string }).code;
  });
  return { outcomes, progress, error };
}

const archives = ({ folder }: AgentLogs): string[] => readdirSync(folder).filter((name) => name.endsWith('.json.gz'));
const parts = ({ folder }: AgentLogs): string[] => readdirSync(folder).filter((name) => name.endsWith('.part'));

describe('shouldArchive', () => {
  test.each([
    [0, false],
    [100 * MIB, false],
    [100 * MIB + 1, true],
    [150 * MIB, true],
    [50 * MIB, false],
  ])('%d bytes: %s', (bytes, expected) => {
    expect(ScaleTrace.shouldArchive(bytes)).toBe(expected);
  });
});

describe('getAgentLogsSize', () => {
  test('measures the table: neither other tables, nor free pages', async () => {
    const logs = newAgentLogs(2_000);
    const before = await ScaleTrace.getAgentLogsSize(logs.path);
    logs.database.exec(`CREATE TABLE other (text TEXT); INSERT INTO other VALUES ('${'y'.repeat(4 * MIB)}')`);
    expect(await ScaleTrace.getAgentLogsSize(logs.path)).toBe(before);
    logs.database.exec('DELETE FROM agent_logs');
    expect(await ScaleTrace.getAgentLogsSize(logs.path)).toBe(4096);
    expect(statSync(logs.path).size + statSync(`${logs.path}-wal`).size).toBeGreaterThan(4 * MIB);
  });

  test('counts what is only in the write-ahead log yet', async () => {
    const logs = newAgentLogs();
    insertRows(logs, 1_000, { bytes: 1_000 });
    expect(statSync(logs.path).size).toBeLessThan(MIB);
    expect(await ScaleTrace.getAgentLogsSize(logs.path)).toBeGreaterThan(1_000_000);
  });

  test('counts rows that go over pages', async () => {
    const logs = newAgentLogs();
    insertRows(logs, 1, { bytes: 3 * MIB });
    expect(await ScaleTrace.getAgentLogsSize(logs.path)).toBeGreaterThan(3 * MIB);
  });

  test('is 0 without the table; a file that is missing or none of ours is an error', async () => {
    const logs = newAgentLogs(0, 'CREATE TABLE other (id INTEGER)');
    expect(await ScaleTrace.getAgentLogsSize(logs.path)).toBe(0);
    expect((await rejection(ScaleTrace.getAgentLogsSize(join(logs.folder, 'none.sqlite')))).code).toBe('archive_database_unavailable');
    const other = join(dirname(logs.path), 'other.sqlite');
    writeFileSync(other, 'not a database at all'.repeat(100));
    expect((await rejection(ScaleTrace.getAgentLogsSize(other))).code).toBe('archive_database_damaged');
  });
});

describe('exportAgentLogsToStream', () => {
  const text = async (database: Database.Database): Promise<string> => {
    let all = '';
    for await (const chunk of ScaleTrace.exportAgentLogsToStream(database)) all += String(chunk);
    return all;
  };

  test('gives one JSON array, a row a line, columns in the order of the table', async () => {
    const logs = newAgentLogs(2);
    const all = await text(logs.database);
    expect(all.split('\n')).toHaveLength(5);
    expect(JSON.parse(all)).toEqual(logs.database.prepare('SELECT * FROM agent_logs').all());
    expect(Object.keys((JSON.parse(all) as object[])[0]!)[0]).toBe('id');
  });

  test('of no rows is an empty array', async () => {
    expect(await text(newAgentLogs().database)).toBe('[\n]\n');
  });

  test('comes in pieces of some size, and the connection is free between them', async () => {
    const logs = newAgentLogs(0);
    insertRows(logs, 3_000, { bytes: 200 });
    const stream = ScaleTrace.exportAgentLogsToStream(logs.database);
    const sizes: number[] = [];
    for await (const chunk of stream) {
      sizes.push((chunk as Buffer).length);
      logs.database.exec('CREATE TABLE IF NOT EXISTS meanwhile (id INTEGER)');
    }
    expect(sizes.slice(1, -2).every((size) => size >= 65_536)).toBe(true);
    expect(sizes.length).toBeGreaterThan(5);
  });

  test('gives rows as they are, of whatever length', async () => {
    const logs = newAgentLogs(0);
    const insert = logs.database.prepare('INSERT INTO agent_logs (created_at, message) VALUES (?, ?)');
    for (const length of [20_000, 20_000, 20_000, 5, 300_000, 20_000, 40_000]) {
      insert.run(stamp(0), 'word '.repeat(length / 5));
      insert.run(stamp(0), 'wörd€ \u{1F433}'.repeat(length / 5));
    }
    expect(JSON.parse(await text(logs.database))).toEqual(logs.database.prepare('SELECT * FROM agent_logs').all());
  });

  test('pins no write-ahead log while its reader is slow', async () => {
    const logs = newAgentLogs(0);
    insertRows(logs, 3_000, { bytes: 200 });
    const reader = new Database(logs.path, { readonly: true });
    const stream = ScaleTrace.exportAgentLogsToStream(reader)[Symbol.asyncIterator]();
    await stream.next();
    await stream.next();
    insertRows(logs, 10);
    expect(logs.database.pragma('wal_checkpoint(TRUNCATE)')).toMatchObject([{ busy: 0, log: 0 }]);
    await stream.return?.();
    reader.close();
  });

  test('leaves out what is written after its first read', async () => {
    const logs = newAgentLogs(0);
    insertRows(logs, 3_000, { bytes: 200 });
    let all = '';
    for await (const chunk of ScaleTrace.exportAgentLogsToStream(logs.database)) {
      if (all.length > 10) insertRows(logs, 1);
      all += String(chunk);
    }
    expect(JSON.parse(all)).toHaveLength(3_000);
  });

  test('a connection that is closed meanwhile ends it with a typed error', async () => {
    const logs = newAgentLogs(5);
    const other = new Database(logs.path);
    const stream = ScaleTrace.exportAgentLogsToStream(other);
    other.close();
    expect((await rejection(stream.toArray())).code).toBe('archive_database_unavailable');
  });
});

describe('archive', () => {
  test('writes a file that holds every row, and says what it did', async () => {
    const logs = newAgentLogs(500);
    const result = await ScaleTrace.archive(logs.path, logs.folder, { clock });
    const json = gunzipSync(readFileSync(result.archivedFilePath));
    expect(result).toEqual({
      archivedFilePath: join(logs.folder, 'agent_logs_20261121T021003.194Z.json.gz'),
      originalSizeBytes: json.length,
      compressedSizeBytes: statSync(result.archivedFilePath).size,
      rowsArchived: 500,
      cutoffTimestamp: stamp(500),
    });
    expect(readJson(result.archivedFilePath)).toEqual(logs.database.prepare('SELECT * FROM agent_logs').all());
    expect(countRows(logs)).toBe(500);
  });

  test('makes the folder, and keeps both for their owner alone', async () => {
    const logs = newAgentLogs(1);
    const { archivedFilePath } = await ScaleTrace.archive(logs.path, join(logs.folder, 'deeper'), { clock });
    expect(statSync(archivedFilePath).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(archivedFilePath)).mode & 0o777).toBe(0o700);
  });

  test('archives, whatever the size; of one millisecond, each gets a name', async () => {
    const logs = newAgentLogs(3);
    const names = async (): Promise<string> => basename((await ScaleTrace.archive(logs.path, logs.folder, { clock })).archivedFilePath);
    expect([await names(), await names(), await names()]).toEqual([
      'agent_logs_20261121T021003.194Z.json.gz',
      'agent_logs_20261121T021003.194Z-2.json.gz',
      'agent_logs_20261121T021003.194Z-3.json.gz',
    ]);
    const together = await Promise.all([names(), names()]);
    expect(new Set(together).size).toBe(2);
  });

  test('takes a clock that gives dates, and the time of the system by itself', async () => {
    const logs = newAgentLogs(1);
    const { archivedFilePath } = await ScaleTrace.archive(logs.path, logs.folder, { clock: () => new Date(STAMP_MS) });
    expect(basename(archivedFilePath)).toContain('20261121T021003.194Z');
    const before = new Date().toISOString();
    expect((await ScaleTrace.archive(logs.path, logs.folder)).cutoffTimestamp >= before).toBe(true);
  });

  test('the cutoff is after every row: after one from the future, too', async () => {
    const logs = newAgentLogs(1);
    logs.database.prepare('INSERT INTO agent_logs (created_at) VALUES (?), (?)').run('2031-01-01T00:00:00.000Z', '2030-12-31 23:59:59');
    expect((await ScaleTrace.archive(logs.path, logs.folder, { clock })).cutoffTimestamp).toBe('2031-01-01T00:00:00.001Z');
    logs.database.prepare('INSERT INTO agent_logs (created_at) VALUES (?)').run('2040-01-01 00:00:00');
    expect((await ScaleTrace.archive(logs.path, logs.folder, { clock })).cutoffTimestamp).toBe('2040-01-01T00:00:00.000Z');
    logs.database.prepare('INSERT INTO agent_logs (created_at) VALUES (?)').run('someday');
    expect((await ScaleTrace.archive(logs.path, logs.folder, { clock })).cutoffTimestamp).toBe('9999-12-31T23:59:59.999Z');
  });

  test('an empty table gives an empty array', async () => {
    const { archivedFilePath, rowsArchived } = await ScaleTrace.archive(newAgentLogs().path, newAgentLogs().folder);
    expect([readJson(archivedFilePath), rowsArchived]).toEqual([[], 0]);
  });
});

describe('an archive that fails leaves no partial file', () => {
  const failing = async (logs: AgentLogs, folder = logs.folder, path = logs.path): Promise<unknown> =>
    (await rejection(ScaleTrace.archive(path, folder, { clock }))).code;

  test('when the table is missing or not one that has row ids', async () => {
    expect(await failing(newAgentLogs(0, 'CREATE TABLE other (id INTEGER)'))).toBe('archive_table_missing');
    const table = 'CREATE TABLE agent_logs (id TEXT PRIMARY KEY, created_at TEXT) WITHOUT ROWID';
    expect(await failing(newAgentLogs(0, table))).toBe('archive_table_unsupported');
    const undated = newAgentLogs(0, 'CREATE TABLE agent_logs (id INTEGER PRIMARY KEY)');
    expect(await failing(undated)).toBe('archive_table_unsupported');
    expect(existsSync(undated.folder)).toBe(false);
  });

  test('when a row cannot be read half way', async () => {
    const logs = newAgentLogs(0);
    insertRows(logs, 5_000, { bytes: 200 });
    const controller = new AbortController();
    const archive = ScaleTrace.archive(logs.path, logs.folder, { signal: controller.signal, onProgress: () => controller.abort() });
    expect((await rejection(archive)).code).toBe('archive_stopped');
    expect(readdirSync(logs.folder)).toEqual([]);
    expect(countRows(logs)).toBe(5_000);
  });

  test('when the folder goes meanwhile', async () => {
    const logs = newAgentLogs(0);
    insertRows(logs, 5_000, { bytes: 200 });
    const archive = ScaleTrace.archive(logs.path, logs.folder, { onProgress: () => rmSync(logs.folder, { recursive: true, force: true }) });
    expect((await rejection(archive)).code).toBe('archive_folder_unusable');
    expect(existsSync(logs.folder)).toBe(false);
  });

  test('when the file is changed before it is read back', async () => {
    const logs = newAgentLogs(0);
    const insert = logs.database.prepare('INSERT INTO agent_logs (created_at, message) VALUES (?, ?)');
    for (let row = 0; row < 1_000; row += 1) insert.run(stamp(row), randomBytes(2_000).toString('hex').replaceAll(/[0-9]/g, 'g'));
    const onProgress = ({ phase }: ArchiveProgress): void => {
      if (phase !== 'export') return;
      const part = join(logs.folder, parts(logs)[0]!);
      if (statSync(part).size > 65_536) writeFileSync(part, 'not gzip', { flag: 'r+' });
    };
    expect((await rejection(ScaleTrace.archive(logs.path, logs.folder, { onProgress }))).code).toBe('archive_verification_failed');
    expect(readdirSync(logs.folder)).toEqual([]);
  });

  test('when the folder is a file', async () => {
    const logs = newAgentLogs(1);
    writeFileSync(logs.folder, 'mine');
    expect(await failing(logs)).toBe('archive_folder_unusable');
    expect(readFileSync(logs.folder, 'utf8')).toBe('mine');
    expect(await failing(logs, join(logs.folder, 'below'))).toBe('archive_folder_unusable');
    expect(await failing(logs, '/proc')).toBe('archive_folder_unusable');
    rmSync(logs.folder);
  });

  test('a folder that has the name is no reason to fail', async () => {
    const logs = newAgentLogs(1);
    mkdirSync(join(logs.folder, 'agent_logs_20261121T021003.194Z.json.gz'), { recursive: true });
    const { archivedFilePath } = await ScaleTrace.archive(logs.path, logs.folder, { clock });
    expect(basename(archivedFilePath)).toBe('agent_logs_20261121T021003.194Z-2.json.gz');
  });
});

describe('purgeArchivedRows', () => {
  test('deletes what is older, and counts it', async () => {
    const logs = newAgentLogs(10);
    expect(await ScaleTrace.purgeArchivedRows(logs.database, stamp(4))).toBe(4);
    expect(ids(logs)).toEqual([5, 6, 7, 8, 9, 10]);
  });

  test('with maxId, only what satisfies both', async () => {
    const logs = newAgentLogs(10);
    expect(await ScaleTrace.purgeArchivedRows(logs.database, stamp(1_000), { maxId: 3 })).toBe(3);
    logs.database.prepare('INSERT INTO agent_logs (id, created_at) VALUES (1, ?)').run(stamp(9_000));
    expect(await ScaleTrace.purgeArchivedRows(logs.database, stamp(1_000), { maxId: 5n })).toBe(2);
    expect(ids(logs)).toEqual([1, 6, 7, 8, 9, 10]);
  });

  test('works in batches of 2,000 ids, between which others write', async () => {
    const logs = newAgentLogs(5_000);
    const other = new Database(logs.path, { timeout: 0 });
    const purge = ScaleTrace.purgeArchivedRows(logs.database, stamp(1e6));
    expect(countRows({ database: other })).toBe(3_000);
    insertRows({ database: other }, 1);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(await purge).toBe(5_000);
    expect(ids(logs)).toEqual([5_001]);
    other.close();
  });

  test('a batch fails as a whole, and those before it are done', async () => {
    const logs = newAgentLogs(3_000);
    logs.database.exec(`CREATE TRIGGER no BEFORE DELETE ON agent_logs WHEN OLD.id = 2500 BEGIN SELECT RAISE(ABORT, 'no'); END`);
    await expect(ScaleTrace.purgeArchivedRows(logs.database, stamp(1e6))).rejects.toThrow('no');
    expect(countRows(logs)).toBe(1_000);
  });

  test('takes smaller batches where rows take long', async () => {
    const logs = newAgentLogs();
    insertRows(logs, 2_500, { bytes: 40_000 });
    expect(await ScaleTrace.purgeArchivedRows(logs.database, stamp(1e6))).toBe(2_500);
  });

  test('a time of seconds is the time of its first millisecond', async () => {
    const logs = newAgentLogs();
    logs.database
      .prepare('INSERT INTO agent_logs (created_at) VALUES (?), (?)')
      .run('2026-01-01T00:00:00.500Z', '2025-12-31T23:59:59.999Z');
    expect(await ScaleTrace.purgeArchivedRows(logs.database, '2026-01-01T00:00:00Z')).toBe(1);
    expect(await ScaleTrace.purgeArchivedRows(logs.database, '2026-01-01T02:00:01+02:00')).toBe(1);
  });

  test('a table that keeps another form is purged by that', async () => {
    const logs = newAgentLogs();
    logs.database.prepare('INSERT INTO agent_logs (created_at) VALUES (?), (?)').run('2026-01-01 00:00:00', '2026-01-02 00:00:00');
    expect(await ScaleTrace.purgeArchivedRows(logs.database, '2026-01-01 12:00:00')).toBe(1);
  });

  test('what is no time deletes nothing', async () => {
    const logs = newAgentLogs(3);
    for (const time of ['', 'zzz', 'tomorrow', '7', 'March 7', "x' or 1=1", String(new Date(0)), '2026-01-01x']) {
      expect((await rejection(ScaleTrace.purgeArchivedRows(logs.database, time))).code).toBe('archive_timestamp_invalid');
    }
    expect(countRows(logs)).toBe(3);
    expect(await ScaleTrace.purgeArchivedRows(newAgentLogs().database, stamp(0))).toBe(0);
  });

  test('what was deleted cannot be read from the file', async () => {
    const logs = newAgentLogs();
    const marker = 'marker-of-old-content';
    logs.database.prepare('INSERT INTO agent_logs (created_at, message) VALUES (?, ?)').run(stamp(0), marker.repeat(900));
    logs.database.pragma('secure_delete = OFF');
    await ScaleTrace.purgeArchivedRows(logs.database, stamp(1));
    logs.database.pragma('wal_checkpoint(TRUNCATE)');
    expect(readFileSync(logs.path).includes(marker)).toBe(false);
  });
});

describe('run', () => {
  test('below the threshold does nothing, and leaves nothing', async () => {
    const logs = newAgentLogs(50);
    const { outcomes } = await run(logs);
    expect(outcomes).toMatchObject([{ kind: 'below_threshold', rowsArchived: 0, thresholdBytes: 65_536 }]);
    expect(outcomes[0]!.sizeBytes).toBe(await ScaleTrace.getAgentLogsSize(logs.path));
    expect(existsSync(logs.folder)).toBe(false);
    await ScaleTrace.run(logs.path, logs.folder);
    expect(existsSync(logs.folder)).toBe(false);
  });

  test('tells when the newest archive was done, by whichever run', async () => {
    const logs = newAgentLogs(50);
    expect((await run(logs)).outcomes[0]!.lastArchivedAt).toBeUndefined();
    const lastArchivedAt = new Date(STAMP_MS + 1e6).toISOString();
    expect((await run(logs, { thresholdBytes: 0 })).outcomes).toMatchObject([{ kind: 'archived', lastArchivedAt }]);
    expect((await run(logs)).outcomes).toMatchObject([{ kind: 'below_threshold', lastArchivedAt }]);
  });

  test('a large file of other things is not archived', async () => {
    const logs = newAgentLogs(5);
    logs.database.exec(`CREATE TABLE other (text TEXT); INSERT INTO other VALUES ('${'y'.repeat(MIB)}')`);
    expect((await run(logs)).outcomes).toMatchObject([{ kind: 'below_threshold' }]);
  });

  test('above it archives every row, purges them, and gives the bytes back', async () => {
    const logs = newAgentLogs(0);
    insertRows(logs, 5_000, { bytes: 1_000 });
    logs.database.pragma('wal_checkpoint(TRUNCATE)');
    const before = statSync(logs.path).size;
    const { outcomes, progress } = await run(logs);
    expect(outcomes).toMatchObject([{ kind: 'archived', rowsArchived: 5_000, rowsPurged: 5_000, sizeBytes: 4096 }]);
    const [outcome] = outcomes;
    expect(readJson(outcome!.archivedFilePath!)).toHaveLength(5_000);
    expect(countRows(logs)).toBe(0);
    expect(outcome!.bytesReturned).toBeGreaterThanOrEqual(before - statSync(logs.path).size);
    expect(before - statSync(logs.path).size).toBeGreaterThan(0.95 * 5_000 * 1_000);
    expect(statSync(`${logs.path}-wal`).size).toBe(0);
    expect(new Set(progress.map(({ phase }) => phase))).toEqual(new Set(['export', 'verify', 'purge', 'reclaim']));
    for (const phase of ['export', 'verify', 'purge'] as const) {
      expect(progress.findLast((step) => step.phase === phase)).toMatchObject({ done: 5_000, total: 5_000 });
    }
    for (const phase of ARCHIVE_PHASES) {
      const steps = progress.filter((step) => step.phase === phase).map(({ done }) => done);
      expect(steps, phase).toEqual(steps.toSorted((one, other) => one - other));
    }
  });

  test('records it in the manifest, and a second run changes nothing', async () => {
    const logs = newAgentLogs(2_000);
    const first = await run(logs);
    const manifest = logs.database.prepare('SELECT * FROM archive_manifest').all();
    const file = first.outcomes[0]!.archivedFilePath!;
    const { sha256 } = await verifyArchive(file);
    expect(manifest).toMatchObject([
      { file: basename(file), state: 'done', rows_archived: 2_000, rows_purged: 2_000, high_id: 2_000, sha256 },
    ]);
    const listing = readdirSync(logs.folder);
    const { outcomes } = await run(logs);
    expect(outcomes).toMatchObject([{ kind: 'below_threshold', bytesReturned: 0 }]);
    expect([readdirSync(logs.folder), logs.database.prepare('SELECT * FROM archive_manifest').all()]).toEqual([listing, manifest]);
    expect((await run(logs, { thresholdBytes: 0 })).outcomes).toMatchObject([{ kind: 'below_threshold' }]);
  });

  test('the table that is made where there is no manifest is that of state-db', async () => {
    const table = 'CREATE TABLE agent_logs (id INTEGER PRIMARY KEY AUTOINCREMENT, created_at TEXT NOT NULL, message TEXT)';
    const logs = newAgentLogs(0, table);
    logs.database.prepare('INSERT INTO agent_logs (created_at, message) VALUES (?, ?)').run(stamp(0), 'x'.repeat(100_000));
    expect((await run(logs)).outcomes).toMatchObject([{ kind: 'archived', rowsPurged: 1 }]);
    const sql = (database: Database.Database): string =>
      String(database.prepare(`SELECT sql FROM sqlite_schema WHERE name = 'archive_manifest'`).pluck().get()).replace(/\s+/g, ' ');
    expect(sql(logs.database)).toBe(sql(newAgentLogs().database));
  });

  test('a file that was not made to shrink shrinks all the same', async () => {
    const table = 'CREATE TABLE agent_logs (id INTEGER PRIMARY KEY, created_at TEXT NOT NULL, message TEXT)';
    const logs = newAgentLogs(0, table);
    const insert = logs.database.prepare('INSERT INTO agent_logs (created_at, message) VALUES (?, ?)');
    for (let row = 0; row < 200; row += 1) insert.run(stamp(row), 'x'.repeat(10_000));
    const before = statSync(logs.path).size;
    expect((await run(logs)).outcomes).toMatchObject([{ kind: 'archived' }]);
    expect(before - statSync(logs.path).size).toBeGreaterThan(0.95 * 2_000_000);
    const reader = new Database(logs.path, { readonly: true });
    expect(reader.pragma('auto_vacuum', { simple: true })).toBe(2);
    reader.close();
  });

  test('a file that is mostly something else is not written anew for it', async () => {
    const logs = newAgentLogs(0, 'CREATE TABLE agent_logs (id INTEGER PRIMARY KEY, created_at TEXT NOT NULL, message TEXT)');
    logs.database.exec(`CREATE TABLE other (text TEXT); INSERT INTO other VALUES ('${'y'.repeat(MIB)}')`);
    logs.database.prepare('INSERT INTO agent_logs (created_at, message) VALUES (?, ?)').run(stamp(0), 'x'.repeat(100_000));
    expect((await run(logs)).outcomes).toMatchObject([{ kind: 'archived', bytesReturned: 0 }]);
    expect(logs.database.pragma('auto_vacuum', { simple: true })).toBe(0);
  });

  test('rows without a time that compares stay, and are in the archive', async () => {
    const logs = newAgentLogs(2_000);
    logs.database.prepare('INSERT INTO agent_logs (created_at) VALUES (?)').run('someday');
    expect((await run(logs)).outcomes).toMatchObject([{ kind: 'archived', rowsArchived: 2_001, rowsPurged: 2_000 }]);
    expect(ids(logs)).toEqual([2_001]);
  });

  test('only one is at work: another reports that it is busy', async () => {
    const logs = newAgentLogs(0);
    insertRows(logs, 3_000, { bytes: 200 });
    const both = await Promise.all([run(logs), run(logs)]);
    expect(both.flatMap(({ outcomes }) => outcomes.map(({ kind }) => kind)).sort()).toEqual(['archived', 'busy']);
    expect(archives(logs)).toHaveLength(1);
  });

  test('a database of a later version is left alone', async () => {
    const logs = newAgentLogs(2_000);
    logs.database.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    const { outcomes, error } = await run(logs);
    expect([outcomes[0]?.kind, outcomes[0]?.error?.code, error]).toEqual(['failed', 'archive_database_newer', 'archive_database_newer']);
    expect(countRows(logs)).toBe(2_000);
  });

  test('one that is locked for long fails the run, and loses nothing', async () => {
    const logs = newAgentLogs(0);
    insertRows(logs, 2_000, { bytes: 200 });
    logs.database.exec('BEGIN EXCLUSIVE');
    const { error } = await run(logs);
    logs.database.exec('COMMIT');
    expect(error).toBe('archive_database_busy');
    expect((await run(logs)).outcomes.at(-1)).toMatchObject({ kind: 'archived', rowsPurged: 2_000 });
  });

  test.each(['/dev/null/archives', '/proc'])('a folder that cannot be made, or written to, fails the run: %s', async (folder) => {
    const { outcomes, error } = await run({ ...newAgentLogs(2_000), folder });
    expect([error, outcomes[0]?.kind]).toEqual(['archive_folder_unusable', 'failed']);
  });

  test('a lock that is none fails the run', async () => {
    const logs = newAgentLogs(2_000);
    mkdirSync(join(logs.folder, '.lock.sqlite'), { recursive: true });
    expect((await run(logs)).error).toBe('archive_database_unavailable');
    expect(countRows(logs)).toBe(2_000);
  });

  test('below the threshold a table without a manifest gets none', async () => {
    const logs = newAgentLogs(0, 'CREATE TABLE agent_logs (id INTEGER PRIMARY KEY, created_at TEXT)');
    expect((await run(logs)).outcomes).toMatchObject([{ kind: 'below_threshold', sizeBytes: 4096 }]);
    expect(logs.database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(1);
  });
});

describe('a run that was cut', () => {
  async function cutAt(logs: AgentLogs, phase: ArchiveProgress['phase']): Promise<Ran> {
    const controller = new AbortController();
    return run(logs, { signal: controller.signal, onProgress: (step) => step.phase === phase && controller.abort() });
  }

  test('before the purge says that it was stopped; rows and folder are as they were', async () => {
    const logs = newAgentLogs(4_500);
    for (const phase of ['export', 'verify'] as const) {
      const { outcomes, error } = await cutAt(logs, phase);
      expect([outcomes.map(({ kind }) => kind), error]).toEqual([['stopped'], 'archive_stopped']);
      expect([countRows(logs), archives(logs), parts(logs)]).toEqual([4_500, [], []]);
    }
  });

  test('in the purge is resumed: nothing is archived twice', async () => {
    const logs = newAgentLogs(4_500);
    await cutAt(logs, 'purge');
    expect(countRows(logs)).toBe(2_500);
    expect(logs.database.prepare('SELECT state, rows_purged FROM archive_manifest').all()).toEqual([
      { state: 'pending', rows_purged: 2_000 },
    ]);
    insertRows(logs, 5, { startMs: 1e7 });
    const { outcomes } = await run(logs);
    expect(outcomes).toMatchObject([{ kind: 'resumed', rowsArchived: 4_500, rowsPurged: 2_500 }, { kind: 'below_threshold' }]);
    expect([ids(logs), archives(logs).length]).toEqual([[4_501, 4_502, 4_503, 4_504, 4_505], 1]);
    expect(logs.database.prepare('SELECT state, rows_purged FROM archive_manifest').all()).toEqual([{ state: 'done', rows_purged: 4_500 }]);
  });

  test('after the purge gives the bytes back next time', async () => {
    const logs = newAgentLogs(0);
    insertRows(logs, 20_000, { bytes: 400 });
    expect((await cutAt(logs, 'reclaim')).outcomes).toMatchObject([{ kind: 'stopped' }]);
    const before = statSync(logs.path).size;
    const { outcomes } = await run(logs);
    expect(outcomes).toMatchObject([{ kind: 'below_threshold' }]);
    expect(outcomes[0]!.bytesReturned).toBeGreaterThan(MIB);
    expect(statSync(logs.path).size).toBeLessThan(before);
  });

  test.each([
    ['is gone', 'archive_missing', (path: string) => rmSync(path)],
    ['is cut', 'archive_damaged', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 900))],
    ['is empty', 'archive_damaged', (path: string) => writeFileSync(path, '')],
    ['is a folder', 'archive_damaged', (path: string) => (rmSync(path), mkdirSync(path))],
  ])('and whose archive %s purges nothing for it, and archives anew', async (_, code, harm) => {
    const logs = newAgentLogs(4_500);
    await cutAt(logs, 'purge');
    harm(join(logs.folder, archives(logs)[0]!));
    const { outcomes } = await run(logs, { clock: () => STAMP_MS + 2e6 });
    expect(outcomes).toMatchObject([
      { kind: 'failed', rowsPurged: 0, error: { code } },
      { kind: 'archived', rowsArchived: 2_500, rowsPurged: 2_500 },
    ]);
  });

  test('and whose archive is another one, too', async () => {
    const logs = newAgentLogs(4_500);
    await cutAt(logs, 'purge');
    const [name] = archives(logs);
    const other = await ScaleTrace.archive(newAgentLogs(3).path, join(logs.folder, 'other'));
    writeFileSync(join(logs.folder, name!), readFileSync(other.archivedFilePath));
    expect((await run(logs, { clock: () => STAMP_MS + 2e6 })).outcomes).toMatchObject([
      { error: { code: 'archive_damaged' } },
      { kind: 'archived' },
    ]);
  });

  test('an archive that cannot be read now is kept for later', async () => {
    const logs = newAgentLogs(4_500);
    await cutAt(logs, 'purge');
    const path = join(logs.folder, archives(logs)[0]!);
    const bytes = readFileSync(path);
    rmSync(path);
    symlinkSync(path, path);
    expect((await run(logs)).error).toBe('archive_folder_unusable');
    rmSync(path);
    writeFileSync(path, bytes);
    expect((await run(logs)).outcomes).toMatchObject([{ kind: 'resumed', rowsPurged: 2_500 }, { kind: 'below_threshold' }]);
  });

  test('leaves a partial file that the next one removes; other files stay', async () => {
    const logs = newAgentLogs(5);
    mkdirSync(logs.folder);
    const left = ['agent_logs_20261121T021003.194Z.json.gz.part', 'agent_logs_20261121T021003.194Z-2.json.gz.part'];
    for (const name of [...left, 'mine.part', 'agent_logs_x.json.gz.part']) writeFileSync(join(logs.folder, name), 'half');
    const folder = 'agent_logs_20261121T021004.194Z.json.gz.part';
    mkdirSync(join(logs.folder, folder));
    await run(logs);
    expect(parts(logs).sort()).toEqual([folder, 'agent_logs_x.json.gz.part', 'mine.part']);
  });
});

test('the class stands under its requirement, and its notes beside it', () => {
  const source = readFileSync(new URL('../src/scale-trace.ts', import.meta.url), 'utf8');
  expect(source).toContain('// [TAS-071]\nexport class ScaleTrace {');
  expect(readFileSync(new URL('../src/ScaleTrace.agent.md', import.meta.url), 'utf8')).toContain('[TAS-071]');
});
