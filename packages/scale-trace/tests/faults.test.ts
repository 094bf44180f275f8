import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type * as fs from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { listArchives, pruneArchives, ScaleTrace } from '@codex-proxy/scale-trace';
import { beforeEach, expect, test, vi } from 'vitest';
import { countRows, newAgentLogs, rejection } from './fixtures/agent-logs.ts';
import { newFolder } from './fixtures/folder.ts';

// A disk that fails at a certain step, which no real one does on demand; all else is the real file system.
const fault = vi.hoisted(() => ({ at: '', code: '', onSync: undefined as ((path: string) => void) | undefined }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  const fail = (step: string): void => {
    if (fault.at === step) throw Object.assign(new Error('the disk failed'), { code: fault.code });
  };
  return {
    ...real,
    rm: async (...args: Parameters<typeof real.rm>) => {
      fail('rm');
      return real.rm(...args);
    },
    readdir: async (path: string) => [
      ...(await real.readdir(path)),
      ...(fault.at === 'gone' ? ['agent_logs_20200102T000000.000Z.json.gz'] : []),
    ],
    open: async (path: string, flags: string, mode?: number) => {
      const handle = await real.open(path, flags, mode);
      const isFolder = (await handle.stat()).isDirectory();
      const sync = handle.sync.bind(handle);
      const close = handle.close.bind(handle);
      handle.sync = async () => {
        if (isFolder) fail('sync folder');
        await sync();
        if (!isFolder) fault.onSync?.(path);
      };
      handle.close = async () => {
        await close();
        if (!isFolder) fail('close');
      };
      return handle;
    },
  };
});

beforeEach(() => {
  Object.assign(fault, { at: '', code: '', onSync: undefined });
});

const OLD = 'agent_logs_20200101T000000.000Z.json.gz';

test('an old archive that cannot be removed is an error', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, OLD), 'old');
  Object.assign(fault, { at: 'rm', code: 'EPERM' });
  expect((await rejection(pruneArchives(folder, { olderThanDays: 1 }))).code).toBe('archive_folder_unusable');
  fault.at = '';
  expect(await pruneArchives(folder, { olderThanDays: 1 })).toEqual({ files: 1, bytes: 3 });
});

test('an archive that goes while the folder is read is none', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, OLD), 'old');
  fault.at = 'gone';
  expect((await listArchives(folder)).map(({ name }) => name)).toEqual([OLD]);
});

test('a folder whose entry cannot be made to last fails the run, and nothing is purged', async () => {
  const logs = newAgentLogs(2_000);
  Object.assign(fault, { at: 'sync folder', code: 'EIO' });
  expect((await rejection(ScaleTrace.run(logs.path, logs.folder, { thresholdBytes: 4096 }))).code).toBe('archive_write_failed');
  expect(countRows(logs)).toBe(2_000);
});

test('a file system that has no way to sync a folder needs none', async () => {
  const logs = newAgentLogs(5);
  Object.assign(fault, { at: 'sync folder', code: 'EINVAL' });
  const { archivedFilePath } = await ScaleTrace.archive(logs.path, logs.folder);
  expect(readdirSync(logs.folder)).toEqual([basename(archivedFilePath)]);
});

test('a file that fails to close has been synced and read back before', async () => {
  const logs = newAgentLogs(5);
  Object.assign(fault, { at: 'close', code: 'EIO' });
  const { rowsArchived, archivedFilePath } = await ScaleTrace.archive(logs.path, logs.folder);
  expect([rowsArchived, readdirSync(logs.folder)]).toEqual([5, [basename(archivedFilePath)]]);
});

test.each([
  ['longer', (bytes: Buffer) => Buffer.concat([bytes, gzipSync('')])],
  ['shorter', (bytes: Buffer) => bytes.subarray(0, -1)],
  // Who has made it is no part of what it holds: the tenth byte, RFC 1952.
  ['other', (bytes: Buffer) => bytes.fill(1, 9, 10)],
])('a disk that gives back %s bytes than were written is found out', async (_, change) => {
  const logs = newAgentLogs(5);
  fault.onSync = (path) => writeFileSync(path, change(readFileSync(path)));
  const { code, message } = await rejection(ScaleTrace.archive(logs.path, logs.folder));
  expect([code, message]).toEqual(['archive_verification_failed', expect.stringContaining('not what was written')]);
  expect([readdirSync(logs.folder), countRows(logs)]).toEqual([[], 5]);
});

test('a disk that gives back bytes that cannot be decompressed is found out', async () => {
  const logs = newAgentLogs(5);
  fault.onSync = (path) => writeFileSync(path, readFileSync(path).fill(0xff, 12, 40));
  const { code, message } = await rejection(ScaleTrace.archive(logs.path, logs.folder));
  expect([code, message]).toEqual(['archive_verification_failed', expect.stringContaining('Z_DATA_ERROR')]);
  expect([readdirSync(logs.folder), countRows(logs)]).toEqual([[], 5]);
});
