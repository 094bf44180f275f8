import type { MaintenanceState } from '@codex-proxy/contracts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { StateWriter } from '../src/state/state-writer.ts';

function state(reason: string): MaintenanceState {
  return { enabled: true, reason, retry_after_seconds: 60 };
}

/** A disk whose writes end when the test says so. */
class SlowDisk {
  readonly begun: { reason: string | undefined; end: () => void; fail: (error: Error) => void }[] = [];

  readonly write = async ({ reason }: MaintenanceState): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.begun.push({ reason, end: () => resolve(undefined), fail: reject });
    await promise;
  };
}

test('of what comes while a write is under way, only the last is written, and all wait for that', async () => {
  const disk = new SlowDisk();
  const writer = new StateWriter({ write: disk.write, onFailure: () => undefined });
  const first = writer.keep(state('first'));
  await vi.waitFor(() => expect(disk.begun).toHaveLength(1));
  const ended: number[] = [];
  const others = Array.from({ length: 64 }, async (_, index) => writer.keep(state(`${index}`)).then(() => ended.push(index)));
  disk.begun[0]!.end();
  await first;
  await vi.waitFor(() => expect(disk.begun).toHaveLength(2));
  expect([ended, writer.done]).toEqual([[], false]);
  disk.begun[1]!.end();
  await Promise.all(others);
  expect(disk.begun.map(({ reason }) => reason)).toEqual(['first', '63']);
  expect(writer.done).toBe(true);
});

test('a disk that hangs keeps nobody waiting for ever', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const disk = new SlowDisk();
  const writer = new StateWriter({ write: disk.write, onFailure: () => undefined });
  const kept = writer.keep(state('first'));
  await vi.advanceTimersByTimeAsync(5_000);
  await kept;
  expect(writer.done).toBe(false);
  disk.begun[0]!.end();
  await vi.advanceTimersByTimeAsync(0);
  expect([writer.done, vi.getTimerCount()]).toEqual([true, 0]);
});

test('a write that failed is tried again, and reported once', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const disk = new SlowDisk();
  const failures: string[] = [];
  const writer = new StateWriter({ write: disk.write, onFailure: (error) => failures.push(error.message) });
  const attempt = async (count: number): Promise<void> => {
    await vi.advanceTimersByTimeAsync(0);
    expect(disk.begun).toHaveLength(count);
  };
  const kept = writer.keep(state('one'));
  await attempt(1);
  disk.begun[0]!.fail(new Error('full'));
  await kept;
  await vi.advanceTimersByTimeAsync(30_000);
  await attempt(2);
  disk.begun[1]!.fail(new Error('full'));
  await attempt(2);
  expect(failures).toEqual(['full']);

  const other = writer.keep(state('other'));
  await attempt(3);
  disk.begun[2]!.fail(new Error('still full'));
  await other;
  expect(failures).toEqual(['full', 'still full']);
  await vi.advanceTimersByTimeAsync(30_000);
  await attempt(4);
  disk.begun[3]!.end();
  await attempt(4);
  expect(writer.done).toBe(true);
  expect(disk.begun.map(({ reason }) => reason)).toEqual(['one', 'one', 'other', 'other']);
  expect(vi.getTimerCount()).toBe(0);
});
