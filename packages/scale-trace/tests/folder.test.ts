import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listArchives, pruneArchives } from '@codex-proxy/scale-trace';
import { describe, expect, test } from 'vitest';
import { rejection } from './fixtures/agent-logs.ts';
import { newFolder } from './fixtures/folder.ts';

const NOW_MS = Date.UTC(2026, 10, 21);
const clock = (): Date => new Date(NOW_MS);
const OLD = 'agent_logs_20260801T000000.000Z.json.gz';
const NEW = 'agent_logs_20261120T000000.000Z.json.gz';

function folderWith(...names: string[]): string {
  const folder = newFolder();
  for (const name of names) writeFileSync(join(folder, name), 'content');
  return folder;
}

const STRANGERS = [
  'agent_logs_20260801T000000.000Z.json.gz.part',
  'agent_logs_20260801T000000.000Z.json',
  'xagent_logs_20260801T000000.000Z.json.gz',
  'agent_logs_20261399T000000.000Z.json.gz',
  '.lock.sqlite',
  'notes.txt',
];

describe('listArchives', () => {
  test('gives archives, oldest first, and nothing else', async () => {
    const second = NEW.replace('Z.', 'Z-2.');
    const tenth = NEW.replace('Z.', 'Z-10.');
    const folder = folderWith(tenth, NEW, OLD, second, ...STRANGERS);
    mkdirSync(join(folder, 'agent_logs_20260802T000000.000Z.json.gz'));
    symlinkSync(join(folder, OLD), join(folder, 'agent_logs_20260803T000000.000Z.json.gz'));
    const found = await listArchives(folder);
    expect(found.map(({ name }) => name)).toEqual([OLD, NEW, second, tenth]);
    expect(found[0]).toEqual({ path: join(folder, OLD), name: OLD, createdAt: '2026-08-01T00:00:00.000Z', compressedSizeBytes: 7 });
  });

  test('gives none where there is no folder; a file in its place is an error', async () => {
    expect(await listArchives(join(newFolder(), 'none'))).toEqual([]);
    expect((await rejection(listArchives(join(folderWith('x'), 'x')))).code).toBe('archive_folder_unusable');
  });
});

describe('pruneArchives', () => {
  test('removes what is older, counts it, and leaves what is not its own', async () => {
    const folder = folderWith(OLD, NEW, ...STRANGERS);
    const link = 'agent_logs_20260803T000000.000Z.json.gz';
    symlinkSync(join(folder, 'notes.txt'), join(folder, link));
    expect(await pruneArchives(folder, { olderThanDays: 90, clock })).toEqual({ files: 1, bytes: 7 });
    expect(readdirSync(folder).sort()).toEqual([NEW, link, ...STRANGERS].sort());
    expect(await pruneArchives(folder, { olderThanDays: 0.5, clock })).toEqual({ files: 1, bytes: 7 });
    expect(existsSync(join(folder, NEW))).toBe(false);
  });

  test('by the time of the system, nothing of today', async () => {
    const name = `agent_logs_${new Date().toISOString().replaceAll(/[-:]/g, '')}.json.gz`;
    expect(await pruneArchives(folderWith(name), { olderThanDays: 1 })).toEqual({ files: 0, bytes: 0 });
  });

  test.each([Number.NaN, -1])('%d days remove nothing', async (olderThanDays) => {
    const folder = folderWith(OLD);
    expect((await rejection(pruneArchives(folder, { olderThanDays, clock }))).code).toBe('archive_retention_invalid');
    expect(existsSync(join(folder, OLD))).toBe(true);
  });
});
