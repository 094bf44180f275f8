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

async function nicePhases(): Promise<readonly string[][]> {
  const logs = newAgentLogs();
  insertRows(logs, 5_000, { bytes: 200 });
  const seen: string[][] = [];
  const it = threaded(logs, { onProgress: () => seen.push(niceThreads()) });
  await it.schedule.runNow();
  expect(it.heard).toEqual(['archived']);
  return seen;
}

describe.runIf(process.platform === 'linux')('while a run lasts', () => {
  test('its thread lets others go first, and nothing is slower for good', async () => {
    const before = niceThreads();
    const seen = await nicePhases();
    expect(seen.some((threads) => threads.length > before.length)).toBe(true);
    expect(niceThreads()).toEqual(before);
  });

  test('the threads that it shares are lowered with it, and raised after it, where that is allowed', async () => {
    const set = vi.spyOn(os, 'setPriority').mockImplementation(() => undefined);
    syncBuiltinESMExports();
    const restore = await lowerPriority();
    const [[self] = [], , , ...lowered] = set.mock.calls;
    expect(lowered.length).toBeGreaterThan(0);
    expect(lowered.every(([thread, priority]) => thread !== self && priority === 10)).toBe(true);
    set.mockClear();
    restore();
    expect(set.mock.calls).toEqual(lowered.map(([thread]) => [thread, os.getPriority(thread)]));
    set.mockRestore();
    syncBuiltinESMExports();
  });

  test('the threads that it shares are as they were where they could not be raised again', async () => {
    const nice = os.setPriority;
    const set = vi.spyOn(os, 'setPriority').mockImplementation((pid: number, priority?: number) => {
      if (priority === 9) throw new Error('EACCES');
      nice(pid, priority ?? 0);
    });
    syncBuiltinESMExports();
    const restore = await lowerPriority();
    expect(set.mock.calls.map(([, priority]) => priority)).toEqual([10, 9]);
    restore();
    set.mockRestore();
    syncBuiltinESMExports();
    expect(niceThreads()).not.toContain('libuv-worker');
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

test('the program of the thread, started as none, waits for nobody', async () => {
  vi.resetModules();
  vi.doMock('node:worker_threads', () => ({ parentPort: null }));
  await expect(import('../src/schedule/main.ts')).resolves.toBeDefined();
  vi.doUnmock('node:worker_threads');
});
