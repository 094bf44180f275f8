import { readdirSync, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { join } from 'node:path';
import { ArchiveSchedule, type ArchiveScheduleOptions } from '@codex-proxy/scale-trace';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { lowerPriority } from '../src/schedule/priority.ts';
import { insertRows, newAgentLogs, type AgentLogs } from './fixtures/agent-logs.ts';

interface Threaded {
  readonly schedule: ArchiveSchedule;
  readonly heard: string[];
}

function threaded({ path, folder }: AgentLogs, options: Partial<ArchiveScheduleOptions> = {}): Threaded {
  const heard: string[] = [];
  const schedule = new ArchiveSchedule({
    dbPath: path,
    outputDir: folder,
    thresholdBytes: 65_536,
    onOutcome: ({ kind }) => heard.push(kind),
    onFailure: ({ code, message }) => heard.push(code, message),
    ...options,
  });
  onTestFinished(() => schedule.stop());
  return { schedule, heard };
}

/** How many threads of this process let others go first, by their names: proc(5), the nineteenth field of `stat`. */
function niceThreads(): string[] {
  const tasks = '/proc/self/task';
  return readdirSync(tasks).flatMap((task) => {
    const stat = readFileSync(join(tasks, task, 'stat'), 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const nice = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16];
    return nice === '10' ? [name] : [];
  });
}

describe.runIf(process.platform === 'linux')('while a run lasts', () => {
  test('its own threads let others go first, those that it shares do not, and nothing is left of it', async () => {
    const logs = newAgentLogs();
    insertRows(logs, 5_000, { bytes: 200 });
    const seen = new Map<string, string[]>();
    const it = threaded(logs, { onProgress: ({ phase }) => void seen.set(phase, niceThreads()) });
    const before = niceThreads();
    await it.schedule.runNow();
    expect(it.heard).toEqual(['archived']);
    expect(seen.get('export')).toHaveLength(before.length + 2);
    expect(seen.get('export')).not.toContain('libuv-worker');
    expect(niceThreads()).toEqual(before);
  });

  test('a system that refuses that is archived as well', async () => {
    const set = vi.spyOn(os, 'setPriority').mockImplementation(() => {
      throw new Error('EACCES');
    });
    syncBuiltinESMExports();
    await expect(lowerPriority()).resolves.toBeUndefined();
    expect(set).toHaveBeenCalledOnce();
    set.mockRestore();
    syncBuiltinESMExports();
  });
});

test('a thread that dies is a failure, and the next look has another', async () => {
  const it = threaded(newAgentLogs(5), { redaction: null as never });
  await it.schedule.runNow();
  await it.schedule.runNow();
  expect(it.heard).toEqual([
    'archive_thread_lost',
    expect.stringContaining('TypeError'),
    'archive_thread_lost',
    expect.stringContaining('TypeError'),
  ]);
});

test('one that cannot be started is a failure, too', async () => {
  const it = threaded(newAgentLogs(5));
  process.execArgv.push('-C');
  await it.schedule.runNow();
  process.execArgv.pop();
  await it.schedule.runNow();
  expect(it.heard).toEqual(['archive_thread_lost', expect.stringContaining('-C'), 'below_threshold']);
});

test('rules that cannot be given to a thread are refused at once', () => {
  const rule = { id: 'acme', description: '', pattern: { literals: ['ACME-'], expression: /x/, validate: () => true } };
  expect(() => threaded(newAgentLogs(5), { redaction: { rules: [rule] } })).toThrow();
});

test('a thread that does not stop in time is ended', async () => {
  const logs = newAgentLogs();
  insertRows(logs, 20_000, { bytes: 100 });
  const stopped = Promise.withResolvers<undefined>();
  const it = threaded(logs, {
    stopTimeoutMs: 0,
    onProgress: () => void it.schedule.stop().then(() => stopped.resolve(undefined)),
  });
  void it.schedule.runNow();
  await stopped.promise;
  await it.schedule.runNow();
  expect(it.heard).not.toContain('archived');
});

test.each(['../src/schedule/main.ts', '../src/gzip/main.ts'])('%s, started as no thread, waits for nobody', async (program) => {
  vi.resetModules();
  vi.doMock('node:worker_threads', async () => ({ ...(await vi.importActual('node:worker_threads')), parentPort: null }));
  await expect(import(program)).resolves.toBeDefined();
  vi.doUnmock('node:worker_threads');
});
