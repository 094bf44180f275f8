import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchiveOutcome } from '@codex-proxy/contracts';
import { listArchives, ScaleTrace } from '@codex-proxy/scale-trace';
import { expect, test } from 'vitest';
import { countRows, ids, newAgentLogs, readJson, rejection, type AgentLogs } from './fixtures/agent-logs.ts';

const archives = ({ folder }: AgentLogs): string[] => readdirSync(folder).filter((name) => !name.startsWith('.'));

async function run(logs: AgentLogs): Promise<string[]> {
  const outcomes: ArchiveOutcome[] = [];
  await ScaleTrace.run(logs.path, logs.folder, { thresholdBytes: 4_096, onOutcome: (outcome) => outcomes.push(outcome) });
  return outcomes.map(({ kind, error }) => error?.code ?? kind);
}

test('an archive that is removed while its rows are deleted takes no further row with it', async () => {
  const logs = newAgentLogs(6_000);
  const failure = await rejection(
    ScaleTrace.run(logs.path, logs.folder, {
      thresholdBytes: 4_096,
      onProgress: ({ phase }) => {
        if (phase === 'purge') rmSync(logs.folder, { recursive: true, force: true });
      },
    }),
  );
  expect(failure.code).toBe('archive_missing');
  // A batch was gone before anybody could know.
  const left = ids(logs);
  expect([left.length, left[0]]).toEqual([4_000, 2_001]);

  expect(await run(logs)).toEqual(['archive_missing', 'archived']);
  expect(countRows(logs)).toBe(0);
  const [archive] = await listArchives(logs.folder);
  expect(readJson(archive?.path ?? '').map(({ id }) => id)).toEqual(left);
});

test('an archive that the manifest cannot take is no archive: its file is removed, and no row', async () => {
  const logs = newAgentLogs(100);
  logs.database.exec(`CREATE TRIGGER refuse BEFORE INSERT ON archive_manifest BEGIN SELECT RAISE(FAIL, 'no room'); END`);
  expect((await rejection(ScaleTrace.run(logs.path, logs.folder, { thresholdBytes: 4_096 }))).code).toBe('archive_database_unavailable');
  expect([archives(logs), countRows(logs)]).toEqual([[], 100]);

  logs.database.exec('DROP TRIGGER refuse');
  expect(await run(logs)).toEqual(['archived']);
  expect([archives(logs).length, countRows(logs)]).toEqual([1, 0]);
  expect(readJson(join(logs.folder, archives(logs)[0] ?? ''))).toHaveLength(100);
});
