import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { openStateDatabase } from '@codex-proxy/state-db';
import { restoreArchive, ScaleTrace, verifyArchive } from '@codex-proxy/scale-trace';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countRows, newAgentLogs, rejection, stamp, STAMP_MS, type AgentLogs } from './fixtures/agent-logs.ts';
import { newFolder } from './fixtures/folder.ts';

const clock = (): number => STAMP_MS;
const rowsOf = ({ database }: Pick<AgentLogs, 'database'>): unknown[] =>
  database.prepare('SELECT * FROM agent_logs ORDER BY id').safeIntegers().all();

async function archiveOf(logs: AgentLogs): Promise<string> {
  return (await ScaleTrace.archive(logs.path, logs.folder, { clock })).archivedFilePath;
}

/** A file whose text is that. */
function archiveWith(text: string | Buffer): string {
  const file = join(newFolder(), 'agent_logs_20261121T021003.194Z.json.gz');
  writeFileSync(file, gzipSync(text));
  return file;
}

function isSame(bytes: Buffer, text: Buffer): boolean {
  try {
    return gunzipSync(bytes).equals(text);
  } catch {
    return false;
  }
}

describe('verifyArchive', () => {
  test('tells what a whole archive holds', async () => {
    const logs = newAgentLogs(1_200);
    const file = await archiveOf(logs);
    const found = await verifyArchive(file, { signal: new AbortController().signal });
    expect(found).toMatchObject({ path: file, rows: 1_200, compressedSizeBytes: readFileSync(file).length });
    expect(found.originalSizeBytes).toBe(gunzipSync(readFileSync(file)).length);
    expect(found.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('refuses one with any byte changed that counts, or any part missing', async () => {
    const bytes = readFileSync(await archiveOf(newAgentLogs(300)));
    const whole = gunzipSync(bytes);
    const file = join(newFolder(), 'x.json.gz');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 11), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, flip, isCut) => {
        const harmed = Buffer.from(bytes);
        // The flags, the time and the system in gzip's header say nothing of what is in it.
        const place = at + 10;
        harmed[place] = harmed[place]! ^ flip;
        writeFileSync(file, isCut ? bytes.subarray(0, at) : harmed);
        // Between the last block and the checksum there are up to seven bits that nobody reads.
        if (!isCut && isSame(harmed, whole)) return;
        expect((await rejection(verifyArchive(file))).code).toBe('archive_damaged');
      }),
      { numRuns: 60, examples: [[bytes.length - 19, 0x80, false]] },
    );
  });

  test.each([
    '',
    '{}',
    '[',
    '[\n',
    '[\n]',
    '[\n{}\n',
    '[\n{},\n]\n',
    '[\n{}\n{}\n]\n',
    '[\n]\n]\n',
    '[\n1\n]\n',
    '[\n{"a"}\n]\n',
    '[\n{},\n[]\n]\n',
    '[\n]\nx',
  ])('refuses %j, which is not an array of rows', async (text) => {
    const { code, message } = await rejection(verifyArchive(archiveWith(text)));
    expect([code, message]).toEqual(['archive_damaged', expect.stringMatching(/^the archive is damaged|unexpected end of file|./)]);
  });

  test('refuses what is not UTF-8, a folder, and what is not there', async () => {
    expect((await rejection(verifyArchive(archiveWith(Buffer.from([0x5b, 0x0a, 0xff, 0x0a]))))).code).toBe('archive_damaged');
    expect((await rejection(verifyArchive(newFolder()))).code).toBe('archive_damaged');
    expect((await rejection(verifyArchive(join(newFolder(), 'none')))).code).toBe('archive_missing');
  });

  test('takes rows that come in many pieces', async () => {
    const logs = newAgentLogs();
    const message = randomBytes(400_000).toString('hex').replaceAll(/[0-9]/g, 'g');
    logs.database
      .prepare('INSERT INTO agent_logs (created_at, message) VALUES (?, ?), (?, ?)')
      .run(stamp(0), message, stamp(1), `${message}é`);
    expect((await verifyArchive(await archiveOf(logs))).rows).toBe(2);
  });
});

describe('restoreArchive', () => {
  test('puts the rows back, each under its id; doing it twice changes nothing', async () => {
    const logs = newAgentLogs(1_200);
    const before = rowsOf(logs);
    const file = await archiveOf(logs);
    await ScaleTrace.purgeArchivedRows(logs.database, stamp(700));
    const seen: number[] = [];
    expect(await restoreArchive(file, logs.path, { onRows: (rows) => seen.push(rows) })).toEqual({
      rowsRestored: 700,
      rowsPresent: 500,
      rowsConflicting: 0,
    });
    expect(seen).toEqual([500, 1_000, 1_200]);
    expect(rowsOf(logs)).toEqual(before);
    expect(await restoreArchive(file, logs.path)).toEqual({ rowsRestored: 0, rowsPresent: 1_200, rowsConflicting: 0 });
    expect(rowsOf(logs)).toEqual(before);
    expect(existsSync(file)).toBe(true);
  });

  test('makes the database where there is none', async () => {
    const file = await archiveOf(newAgentLogs(30));
    const path = join(newFolder(), 'new', 'state.sqlite');
    expect(await restoreArchive(file, path)).toMatchObject({ rowsRestored: 30 });
    const database = openStateDatabase(path);
    expect(countRows({ database })).toBe(30);
    database.close();
  });

  test('what was restored may be archived again', async () => {
    const logs = newAgentLogs(2_000);
    const run = async (): Promise<void> => ScaleTrace.run(logs.path, logs.folder, { thresholdBytes: 4096, clock: () => STAMP_MS + 1e6 });
    await run();
    const before = countRows(logs);
    await restoreArchive(join(logs.folder, 'agent_logs_20261121T022643.194Z.json.gz'), logs.path);
    expect([before, countRows(logs)]).toEqual([0, 2_000]);
    await run();
    expect(countRows(logs)).toBe(0);
    expect((await verifyArchive(join(logs.folder, 'agent_logs_20261121T022643.194Z-2.json.gz'))).rows).toBe(2_000);
  });

  test('keeps every type, and integers to their last digit', async () => {
    const table =
      'CREATE TABLE agent_logs (id INTEGER PRIMARY KEY, created_at TEXT, n INTEGER, r REAL, b BLOB, t TEXT, any_, g AS (n + 1))';
    const logs = newAgentLogs(0, table);
    const insert = logs.database.prepare('INSERT INTO agent_logs (created_at, n, r, b, t, any_) VALUES (?, ?, ?, ?, ?, ?)');
    insert.run(stamp(0), 2n ** 61n + 1n, 2.5, Buffer.from('text'), 'a\u0000b', 7n);
    insert.run(stamp(1), -(2n ** 61n) - 1n, Infinity, null, '{"$blob":"x"}', 1e300);
    insert.run(stamp(2), 1n, 1e16, Buffer.from([255]), '', 'text');
    const before = rowsOf(logs);
    const file = await archiveOf(logs);
    logs.database.exec('DELETE FROM agent_logs');
    await restoreArchive(file, logs.path);
    const after = rowsOf(logs);
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]).toMatchObject({ n: 1n, r: 1e16, b: '[redacted:blob:1]' });
  });

  test('another row under the same id stays, and is counted', async () => {
    const logs = newAgentLogs(3);
    const file = await archiveOf(logs);
    logs.database.prepare('UPDATE agent_logs SET created_at = ? WHERE id = 2').run(stamp(9e6));
    expect(await restoreArchive(file, logs.path)).toEqual({ rowsRestored: 0, rowsPresent: 3, rowsConflicting: 1 });
  });

  test('a damaged archive is refused before anything is touched', async () => {
    const logs = newAgentLogs(2_000);
    const file = await archiveOf(logs);
    writeFileSync(file, readFileSync(file).subarray(0, -4));
    const path = join(newFolder(), 'state.sqlite');
    expect((await rejection(restoreArchive(file, path))).code).toBe('archive_damaged');
    expect(existsSync(path)).toBe(false);
  });

  test('a table that lacks a column, or a key, is refused', async () => {
    const file = await archiveOf(newAgentLogs(3));
    const lacking = newAgentLogs(0, 'CREATE TABLE agent_logs (id INTEGER PRIMARY KEY, created_at TEXT)');
    expect(await rejection(restoreArchive(file, lacking.path))).toEqual({
      code: 'archive_table_unsupported',
      message: 'the table has no column "run_id", which the archive has',
    });
    const keyless = newAgentLogs(0, 'CREATE TABLE agent_logs (created_at TEXT, message TEXT)');
    keyless.database.prepare('INSERT INTO agent_logs VALUES (?, ?)').run(stamp(0), 'x');
    expect((await rejection(restoreArchive(await archiveOf(keyless), keyless.path))).code).toBe('archive_table_unsupported');
  });

  test('an archive of no rows restores none; a value of a form that is unknown is left out', async () => {
    const logs = newAgentLogs();
    expect(await restoreArchive(await archiveOf(logs), logs.path)).toEqual({ rowsRestored: 0, rowsPresent: 0, rowsConflicting: 0 });
    const odd = archiveWith(`[\n{"id":1,"created_at":"x","message":{"a":1}}\n]\n`);
    expect(await restoreArchive(odd, logs.path)).toMatchObject({ rowsRestored: 1 });
    expect(logs.database.prepare('SELECT message FROM agent_logs').pluck().get()).toBeNull();
  });

  test('rows without columns restore none', async () => {
    const logs = newAgentLogs();
    expect(await restoreArchive(archiveWith('[\n{},\n{}\n]\n'), logs.path)).toMatchObject({ rowsRestored: 0 });
    expect(countRows(logs)).toBe(0);
  });

  test('a database that is none is an error', async () => {
    const file = await archiveOf(newAgentLogs(1));
    const folder = newFolder();
    mkdirSync(join(folder, 'x.sqlite'));
    expect((await rejection(restoreArchive(file, join(folder, 'x.sqlite')))).code).toBe('archive_database_unavailable');
    writeFileSync(join(folder, 'file'), '');
    expect((await rejection(restoreArchive(file, join(folder, 'file', 'state.sqlite')))).code).toMatch(/^archive_/);
  });
});

test('whatever rows hold, they come back as they were', async () => {
  // Words that no rule takes for anything: what is redacted is the subject of other tests.
  const word = fc.stringMatching(/^[ a-j\n"\\\u2028é]{0,40}$/);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(word, fc.constantFrom(null, '{"a":[1,null]}', '[ ]', '"text"', '12')), { maxLength: 40 }),
      async (rows) => {
        const logs = newAgentLogs();
        const insert = logs.database.prepare('INSERT INTO agent_logs (created_at, message, payload_json) VALUES (?, ?, ?)');
        for (const [message, json] of rows) insert.run(stamp(0), message, json);
        const before = rowsOf(logs);
        const file = await archiveOf(logs);
        logs.database.exec('DELETE FROM agent_logs');
        await restoreArchive(file, logs.path);
        expect(rowsOf(logs)).toEqual(before);
      },
    ),
    { numRuns: 15 },
  );
});
