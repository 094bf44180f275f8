import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveOutcome } from '@codex-proxy/contracts';
import { listArchives, ScaleTrace, verifyArchive } from '@codex-proxy/scale-trace';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countRows, ids, insertRows, newAgentLogs, readJson, stamp, type AgentLogs } from '../fixtures/agent-logs.ts';
import { startChild } from '../fixtures/child.ts';

const MIB = 1024 * 1024;
describe('ScaleTrace', () => {
  test('archives 500 rows of a real file into a real file', async () => {
    const logs = newAgentLogs(500);
    const { archivedFilePath, rowsArchived } = await ScaleTrace.archive(logs.path, logs.folder);
    expect(basename(archivedFilePath)).toMatch(/^agent_logs_\d{8}T\d{6}\.\d{3}Z\.json\.gz$/);
    const rows = readJson(archivedFilePath);
    expect([rows.length, rowsArchived]).toEqual([500, 500]);
    expect(rows).toEqual(logs.database.prepare('SELECT * FROM agent_logs ORDER BY id').all());
  });

  test('never loses a row that another connection writes meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: -5_000, max: 5_000 }),
        async (rows, every, ageMs) => {
          const logs = newAgentLogs();
          insertRows(logs, 3_000, { bytes: 100 });
          const other = new Database(logs.path);
          let steps = 0;
          let inserted = 3_000;
          await ScaleTrace.run(logs.path, logs.folder, {
            thresholdBytes: MIB / 8,
            onProgress: () => {
              steps += 1;
              if (steps % every !== 0 || inserted > 6_000) return;
              // As old as those that are archived, or as new as any.
              insertRows({ database: other }, rows, { startMs: ageMs });
              inserted += rows;
            },
          });
          other.close();
          const [archive] = await listArchives(logs.folder);
          const archived = readJson(archive!.path).map(({ id }) => Number(id));
          const left = ids(logs);
          expect(archived).toHaveLength(3_000);
          expect([...archived, ...left]).toEqual(Array.from({ length: inserted }, (_, at) => at + 1));
        },
      ),
      { numRuns: 12 },
    );
  });

  test('one process is at work at a time', async () => {
    const logs = newAgentLogs();
    insertRows(logs, 20_000, { bytes: 200 });
    const child = await startChild(logs, 4096);
    child.go();
    await child.said('export');
    const outcomes: ArchiveOutcome[] = [];
    await ScaleTrace.run(logs.path, logs.folder, { thresholdBytes: 4096, onOutcome: (outcome) => outcomes.push(outcome) });
    expect(outcomes).toMatchObject([{ kind: 'busy' }]);
    expect((await child.end()).outcome).toMatchObject({ kind: 'archived', rowsPurged: 20_000 });
    expect([countRows(logs), (await listArchives(logs.folder)).length]).toEqual([0, 1]);
  });

  test('a disk without room costs the archive, and nothing else', async () => {
    const logs = newAgentLogs();
    const insert = logs.database.prepare('INSERT INTO agent_logs (created_at, message) VALUES (?, ?)');
    for (let row = 0; row < 500; row += 1) insert.run(stamp(row), randomBytes(2_000).toString('hex').replaceAll(/[0-9]/g, 'g'));
    logs.database.pragma('wal_checkpoint(TRUNCATE)');
    const child = await startChild(logs, 4096, `trap '' XFSZ; ulimit -f 400`);
    child.go();
    const { outcome } = await child.end();
    expect(outcome).toMatchObject({ kind: 'failed', rowsPurged: 0, error: { code: 'archive_disk_full' } });
    expect([countRows(logs), readdirSync(logs.folder)]).toEqual([500, ['.lock.sqlite']]);
  });

  test('takes little memory, however large the table is', async () => {
    const logs = newAgentLogs();
    insertRows(logs, 25_000, { bytes: 2_000 });
    const child = await startChild(logs, MIB);
    child.go();
    const { maxRssBytes, outcome } = await child.end();
    expect(outcome).toMatchObject({ kind: 'archived', rowsArchived: 25_000, rowsPurged: 25_000 });
    expect(outcome.originalSizeBytes).toBeGreaterThan(50 * MIB);
    expect(statSync(logs.path).size).toBeLessThan(MIB);
    expect(maxRssBytes).toBeLessThan(200 * MIB);
    process.stderr.write(`50 MB archived in ${Math.round(maxRssBytes / MIB)} MB\n`);
  });
});

const POINTS = 100;
const ROWS_A_POINT = 4_500;
/** Where to strike: within so long after a phase has begun. */
const STRIKES = [
  ['ready', 120],
  ['export', 60],
  ['verify', 40],
  ['purge', 40],
  ['reclaim', 20],
] as const;

describe('a process that is killed', () => {
  const law = 'each row is in the table, in a verified archive, or in both, and the next run ends clean';
  test(`at ${POINTS} random points: ${law}`, { timeout: 900_000 }, async () => {
    const logs = newAgentLogs();
    const archived = new Set<string>();
    const found = { inTable: 0, inBoth: 0, partlyPurged: 0, inArchive: 0, withPart: 0 };
    mkdirSync(logs.folder);
    let next = startChild(logs, 4096);
    for (let point = 0; point < POINTS; point += 1) {
      const low = point * ROWS_A_POINT;
      insertRows(logs, ROWS_A_POINT, { bytes: 100, startMs: low });
      const child = await next;
      const [phase, withinMs] = STRIKES[Math.floor(Math.random() * STRIKES.length)]!;
      child.go();
      await child.said(phase);
      await sleep(Math.random() * withinMs);
      await child.kill();
      // While the next one starts, which takes longest, all is looked at.
      next = startChild(logs, 4096);

      const left = new Set(ids(logs));
      if (partsOf(logs).length > 0) found.withPart += 1;
      const kept = await readNewArchives(logs, archived);
      for (let id = low + 1; id <= low + ROWS_A_POINT; id += 1) if (!left.has(id) && !kept.has(id)) throw new Error(`row ${id} is lost`);
      if (kept.size === 0) found.inTable += 1;
      else if (left.size === ROWS_A_POINT) found.inBoth += 1;
      else found[left.size > 0 ? 'partlyPurged' : 'inArchive'] += 1;

      await ScaleTrace.run(logs.path, logs.folder, { thresholdBytes: 4096 });
      const now = await readNewArchives(logs, archived);
      expect([...left].filter((id) => !kept.has(id) && !now.has(id))).toEqual([]);
      expect([countRows(logs), partsOf(logs)]).toEqual([0, []]);
      expect(logs.database.prepare(`SELECT count(*) FROM archive_manifest WHERE state = 'pending'`).pluck().get()).toBe(0);
    }
    await (await next).kill();
    expect(logs.database.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(statSync(logs.path).size).toBeLessThan(2 * MIB);
    process.stderr.write(`killed ${POINTS} times: ${JSON.stringify(found)}\n`);
  });
});

const partsOf = ({ folder }: AgentLogs): string[] => readdirSync(folder).filter((name) => name.endsWith('.part'));

/** The ids in archives that were not there before, each of which is verified. */
async function readNewArchives({ folder }: AgentLogs, known: Set<string>): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (const { path } of await listArchives(folder)) {
    if (known.has(path)) continue;
    known.add(path);
    await verifyArchive(path);
    for (const { id } of readJson(path)) found.add(Number(id));
  }
  return found;
}
