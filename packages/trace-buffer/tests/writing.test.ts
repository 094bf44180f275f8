import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { traceArtifactSchema } from '@codex-proxy/contracts';
import { openTraceBuffer } from '@codex-proxy/trace-buffer';
import { describe, expect, test, vi } from 'vitest';
import { capture, frame, leave, makeFolder, nameAt, NOON, openRig, pruned, written } from './support/rig.ts';

describe('capture', () => {
  test('that is off writes nothing', async () => {
    const rig = openRig({ enabled: false });
    rig.buffer.record(capture('req_a'));
    await rig.buffer.flush();
    expect(rig.names()).toEqual([]);
    expect(rig.reports.toggles).toEqual([]);
  });

  test('is switched at run time, and each change is reported once', async () => {
    const rig = openRig({ enabled: false });
    rig.buffer.record(capture('req_a'));
    rig.buffer.enable(true, 'endpoint');
    rig.buffer.enable(true, 'endpoint');
    rig.buffer.record(capture('req_b'));
    rig.buffer.enable(false, 'endpoint');
    rig.buffer.record(capture('req_c'));
    await rig.buffer.flush();
    expect(rig.names()).toEqual([nameAt(NOON, 'req_b')]);
    expect(rig.reports.toggles).toEqual([
      { from: false, to: true, source: 'endpoint' },
      { from: true, to: false, source: 'endpoint' },
    ]);
  });

  test('that is on from the start is reported as switched by the environment', () => {
    expect(openRig({ enabled: true }).reports.toggles).toEqual([{ from: false, to: true, source: 'environment' }]);
  });

  test('is over when the buffer is closed, and what waited is written', async () => {
    const rig = openRig();
    rig.buffer.record(capture('req_a'));
    await rig.buffer.close();
    rig.buffer.record(capture('req_b'));
    await rig.buffer.close();
    expect(rig.names()).toEqual([nameAt(NOON, 'req_a')]);
  });

  test('costs those who listen nothing when they fail', async () => {
    const fail = (): never => {
      throw new Error('a listener');
    };
    const rig = openRig({ maxFiles: 1, onToggle: fail, onPrune: fail, onEntries: fail });
    await written(rig, capture('req_a'));
    await written(rig, capture('req_b', { endedAtMs: NOON + 1 }));
    expect(rig.names()).toHaveLength(1);
  });
});

describe('more requests than can be written', () => {
  test('leave the newest; the others count as superseded', async () => {
    const rig = openRig({ maxFiles: 5 });
    await rig.buffer.flush();
    for (let index = 0; index < 100; index += 1) rig.buffer.record(capture(`req_${index}`, { endedAtMs: NOON + index }));
    await rig.buffer.close();
    expect(rig.names()).toEqual([95, 96, 97, 98, 99].map((index) => nameAt(NOON + index, `req_${index}`)));
    expect(rig.reports.prunes).toEqual([{ reason: 'superseded', count: 95, bytes: 0 }]);
  });

  test('keep no more of their payloads alive than 32 MiB', async () => {
    const rig = openRig();
    await rig.buffer.flush();
    const large = frame({ bytes: 12 * 1_048_576, payload: {} });
    for (let index = 0; index < 5; index += 1) rig.buffer.record(capture(`req_${index}`, { frames: [large] }));
    await rig.buffer.close();
    expect(rig.names()).toEqual([nameAt(NOON, 'req_3'), nameAt(NOON, 'req_4')]);
    expect(pruned(rig, 'superseded')).toBe(3);
  });

  test('are written at the pace, and few wait longer', async () => {
    const clock = { ms: 0 };
    const rig = openRig({ pace: { burst: 3, perSecond: 2 }, monotonicMs: () => clock.ms });
    for (let index = 0; index < 10; index += 1) rig.buffer.record(capture(`req_${index}`, { endedAtMs: NOON + index }));
    await vi.waitFor(() => expect(rig.names()).toHaveLength(3));
    clock.ms = 1_000;
    await vi.waitFor(() => expect(rig.names()).toHaveLength(5));
    await rig.buffer.flush();
    expect(rig.names()).toEqual([2, 3, 4, 5, 6, 7, 8, 9].map((index) => nameAt(NOON + index, `req_${index}`)));
  });
});

describe('payloads', () => {
  test('are wanted while capture is on and there is a place to fill', async () => {
    const clock = { ms: 0 };
    const rig = openRig({ pace: { burst: 1, perSecond: 1 }, monotonicMs: () => clock.ms });
    expect(rig.buffer.wantsPayloads).toBe(true);
    for (let index = 0; index < 9; index += 1) rig.buffer.record(capture(`req_${index}`, { endedAtMs: NOON + index }));
    await vi.waitFor(() => expect(rig.names()).toHaveLength(1));
    rig.buffer.record(capture('req_9', { endedAtMs: NOON + 9 }));
    expect(rig.buffer.wantsPayloads).toBe(false);
    rig.buffer.record(capture('req_bare', { frames: [frame()], endedAtMs: NOON + 10 }));
    await rig.buffer.flush();
    expect(rig.names()).not.toContain(nameAt(NOON + 10, 'req_bare'));
    expect(rig.names()).toContain(nameAt(NOON + 9, 'req_9'));
    rig.buffer.enable(false, 'endpoint');
    expect(rig.buffer.wantsPayloads).toBe(false);
  });

  test('that a request did not keep, since capture was off when it began, cost it no trace', async () => {
    const rig = openRig();
    const artifact = await written(rig, capture('req_a', { frames: [frame()] }));
    expect(artifact.events[0]).not.toHaveProperty('params');
    expect(artifact.truncated).toBe(false);
  });
});

test('an artifact is never seen before it is whole', async () => {
  const rig = openRig();
  await rig.buffer.flush();
  const items = Array.from({ length: 2_000 }, () => ({ type: 'message', role: 'user' }));
  for (let index = 0; index < 20; index += 1) rig.buffer.record(capture(`req_${index}`, { frames: [frame({ payload: { items } })] }));
  const progress = { done: false };
  const writing = rig.buffer.flush().then(() => {
    progress.done = true;
  });
  const seen = new Set<string>();
  while (!progress.done) {
    for (const name of rig.names().filter((one) => one.endsWith('.json'))) {
      if (!seen.has(name)) traceArtifactSchema.parse(JSON.parse(readFileSync(join(rig.folder, name), 'utf8')));
      seen.add(name);
    }
    await nextTurn();
  }
  await writing;
  expect(rig.names()).toHaveLength(20);
});

describe('a folder', () => {
  test('that was removed is made again', async () => {
    const rig = openRig();
    await written(rig, capture('req_a'));
    rmSync(rig.folder, { recursive: true });
    await written(rig, capture('req_b'));
    expect(rig.names()).toEqual([nameAt(NOON, 'req_b')]);
    expect(rig.reports.failures).toEqual([]);
    expect((await rig.buffer.list()).entries).toBe(1);
  });

  test('that is a link is refused: nothing is written, swept or purged behind it', async () => {
    const [target, root] = [makeFolder(), makeFolder()];
    leave(target, nameAt(0, 'req_old'));
    symlinkSync(target, join(root, 'link'));
    const rig = openRig({ folder: join(root, 'link') });
    rig.buffer.record(capture('req_a'));
    await rig.buffer.flush();
    await expect(rig.buffer.purge()).rejects.toThrow('is a link');
    expect(rig.names()).toEqual([nameAt(0, 'req_old')]);
    expect(rig.buffer.failing).toBe(true);
    expect(rig.reports.writeErrors).toBe(1);
    expect(rig.reports.failures.map(({ operation, error }) => [operation, error.name])).toEqual(
      expect.arrayContaining([
        ['sweep', 'TraceFolderError'],
        ['write', 'TraceFolderError'],
      ]),
    );
  });

  test('that becomes a link while the buffer is open is refused as well', async () => {
    const rig = openRig();
    const target = makeFolder();
    await written(rig, capture('req_a'));
    rmSync(rig.folder, { recursive: true });
    symlinkSync(target, rig.folder);
    rig.buffer.record(capture('req_b'));
    await rig.buffer.flush();
    expect(rig.names()).toEqual([]);
    expect(rig.reports.writeErrors).toBe(1);
  });

  test('that cannot be written to is reported once, counted for each artifact, and works again when it can', async () => {
    const root = makeFolder();
    const folder = join(root, 'trace-buffer');
    writeFileSync(folder, 'in the way');
    const rig = openRig({ folder, retryMs: 5 });
    for (let index = 0; index < 3; index += 1) rig.buffer.record(capture(`req_${index}`));
    await rig.buffer.flush();
    expect(rig.buffer.failing).toBe(true);
    expect(rig.reports.writeErrors).toBe(3);
    expect(rig.reports.failures.filter(({ operation }) => operation === 'write')).toHaveLength(1);
    rmSync(folder);
    mkdirSync(folder);
    await vi.waitFor(() => expect(rig.buffer.failing).toBe(false));
    expect(rig.reports.recoveries).toEqual(
      expect.arrayContaining([
        { operation: 'write', lostCount: 3 },
        { operation: 'sweep', lostCount: 0 },
      ]),
    );
    expect(rig.names()).toEqual([]);
    await written(rig, capture('req_b'));
    expect(rig.names()).toHaveLength(1);
  });

  test('that is none any more keeps nobody from reading the state or switching capture; only a purge fails, and says so', async () => {
    const rig = openRig();
    await written(rig, capture('req_a'));
    rmSync(rig.folder, { recursive: true });
    writeFileSync(rig.folder, 'in the way');
    rig.buffer.enable(false, 'endpoint');
    await expect(rig.buffer.list()).resolves.toMatchObject({ enabled: false, entries: 0 });
    await expect(rig.buffer.read('req_a')).resolves.toBeUndefined();
    await expect(rig.buffer.purge()).rejects.toThrow('is a file');
    expect(rig.buffer.failing).toBe(true);
    expect(rig.reports.failures.map(({ operation }) => operation)).toEqual(['sweep']);
    expect(readFileSync(rig.folder, 'utf8')).toBe('in the way');
  });

  test('that cannot be written to is nobody else’s concern while capture is off', async () => {
    const rig = openRig();
    await rig.buffer.flush();
    rmSync(rig.folder, { recursive: true });
    writeFileSync(rig.folder, '');
    rig.buffer.record(capture('req_a'));
    await rig.buffer.flush();
    expect(rig.buffer.failing).toBe(true);
    rig.buffer.enable(false, 'endpoint');
    expect(rig.buffer.failing).toBe(false);
  });
});

test('what is kept of a request is redacted by a redactor that fails as failed', async () => {
  const folder = join(makeFolder(), 'trace-buffer');
  const failures: Error[] = [];
  const buffer = openTraceBuffer({
    folder,
    enabled: true,
    redactor: {
      value: () => {
        throw new Error('broken');
      },
      text: (text) => text,
    },
    onFailure: ({ error }) => failures.push(error),
  });
  buffer.record(capture('req_a', { frames: [frame({ payload: { a: 1 } })] }));
  await buffer.flush();
  expect((await buffer.list()).entries).toBe(0);
  expect(failures.map(({ message }) => message)).toEqual(['broken']);
  await buffer.close();
});
