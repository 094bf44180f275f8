import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { temporaryName } from '../src/artifact/artifact-name.ts';
import { capture, HOUR, leave, makeFolder, nameAt, NOON, openRig, pruned, settle, written } from './support/rig.ts';

const MINUTE = 60_000;

function leaveMany(folder: string, count: number, atMs: (index: number) => number): string[] {
  const names = Array.from({ length: count }, (_, index) => nameAt(atMs(index), `req_${String(index).padStart(5, '0')}`));
  names.forEach((name, index) => leave(folder, name, { atMs: atMs(index) }));
  return names.sort();
}

describe('at the start', () => {
  test('what is older than its time goes, and what is not stays', async () => {
    const folder = makeFolder();
    leave(folder, nameAt(NOON - 24 * HOUR - 1, 'req_old'));
    leave(folder, nameAt(NOON - 24 * HOUR, 'req_young'));
    const rig = openRig({ folder });
    await settle(rig);
    expect(rig.names()).toEqual([nameAt(NOON - 24 * HOUR, 'req_young')]);
    expect(rig.reports.prunes).toEqual([{ reason: 'age', count: 1, bytes: 2 }]);
    expect(rig.reports.entries.at(-1)).toBe(1);
  });

  test('of too many the newest stay', async () => {
    const folder = makeFolder();
    const names = leaveMany(folder, 130, (index) => NOON - index * 1_000);
    const rig = openRig({ folder, enabled: false });
    await settle(rig);
    expect(rig.names()).toEqual(names.slice(-100));
    expect(rig.reports.prunes).toEqual([{ reason: 'count', count: 30, bytes: 60 }]);
    expect(rig.reports.entries.at(-1)).toBe(100);
  });

  test('thousands of leftovers go without holding up the thread', async () => {
    const folder = makeFolder();
    leaveMany(folder, 5_000, (index) => (index % 2 === 0 ? NOON - 25 * HOUR - index : NOON - index));
    const rig = openRig({ folder });
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 1);
    rig.buffer.record(capture('req_during', { endedAtMs: NOON + 1 }));
    await rig.buffer.flush();
    clearInterval(counting);
    expect(turns).toBeGreaterThan(100);
    expect(rig.names()).toHaveLength(100);
    expect(rig.names()).toContain(nameAt(NOON + 1, 'req_during'));
    await settle(rig);
    expect(pruned(rig, 'age')).toBe(2_500);
    expect(pruned(rig, 'count')).toBe(2_401);
  });

  test('what a crash left half written goes', async () => {
    const folder = makeFolder();
    leave(folder, temporaryName(nameAt(NOON, 'req_half')), { text: '{"ver' });
    const rig = openRig({ folder });
    await settle(rig);
    expect(rig.names()).toEqual([]);
    expect(rig.reports.prunes).toEqual([]);
  });

  test('foreign files, folders and links stay, whatever their age, and are not counted', async () => {
    const [folder, elsewhere] = [makeFolder(), makeFolder()];
    const old = nameAt(0, 'req_target');
    leave(elsewhere, old, { text: 'precious' });
    for (const name of ['notes.txt', '20261121T021003.194Z-run_a.json', '.hidden', `${nameAt(0, 'req_a')}.gz`])
      leave(folder, name, { atMs: 0 });
    mkdirSync(join(folder, nameAt(0, 'req_folder')));
    symlinkSync(join(elsewhere, old), join(folder, nameAt(1, 'req_link')));
    symlinkSync(elsewhere, join(folder, nameAt(2, 'req_linked_folder')));
    symlinkSync(join(elsewhere, old), join(folder, temporaryName(nameAt(3, 'req_linked_tmp'))));
    const rig = openRig({ folder, maxFiles: 1 });
    const before = rig.names();
    await rig.buffer.purge();
    expect(rig.names()).toEqual(before);
    expect(readFileSync(join(elsewhere, old), 'utf8')).toBe('precious');
    expect(rig.reports.prunes).toEqual([]);
    expect((await rig.buffer.list()).entries).toBe(0);
    await expect(rig.buffer.read('req_link')).resolves.toBeUndefined();
  });
});

describe('after each write', () => {
  test('there are never more than may be', async () => {
    const rig = openRig({ maxFiles: 3 });
    for (let index = 0; index < 10; index += 1) {
      await written(rig, capture(`req_${index}`, { endedAtMs: NOON + index }));
      expect(rig.names().length).toBeLessThanOrEqual(3);
    }
    expect(rig.names()).toEqual([7, 8, 9].map((index) => nameAt(NOON + index, `req_${index}`)));
    await settle(rig);
    expect(pruned(rig, 'count')).toBe(7);
    expect(rig.reports.entries.at(-1)).toBe(3);
  });

  test('what has outlived its time goes', async () => {
    const rig = openRig({ ttlHours: 1 });
    await written(rig, capture('req_a'));
    rig.clock.nowMs = NOON + HOUR + 1;
    await written(rig, capture('req_b', { endedAtMs: NOON + HOUR + 1 }));
    expect(rig.names()).toEqual([nameAt(NOON + HOUR + 1, 'req_b')]);
    await settle(rig);
    expect(rig.reports.prunes.map(({ reason, count }) => [reason, count])).toEqual([['age', 1]]);
  });
});

test('on its timer, without a request, what has outlived its time goes, and what others put there is found', async () => {
  const rig = openRig({ sweepIntervalMs: 5, enabled: false });
  await rig.buffer.flush();
  leave(rig.folder, nameAt(NOON - HOUR, 'req_copied'));
  await vi.waitFor(async () => expect((await rig.buffer.list()).entries).toBe(1));
  rig.clock.nowMs = NOON + 24 * HOUR;
  await vi.waitFor(() => expect(rig.names()).toEqual([]));
  expect(rig.reports.entries.at(-1)).toBe(0);
});

describe('a clock that was wrong', () => {
  test('and set back: a name from the future is dated by the last change of its file', async () => {
    const folder = makeFolder();
    leave(folder, nameAt(NOON + 300 * HOUR, 'req_old'), { atMs: NOON - 25 * HOUR });
    leave(folder, nameAt(NOON + 300 * HOUR, 'req_new'), { atMs: NOON - HOUR });
    const rig = openRig({ folder });
    await settle(rig);
    expect(rig.names()).toEqual([nameAt(NOON + 300 * HOUR, 'req_new')]);
  });

  test('in both: an age that nobody can tell is too old', async () => {
    const folder = makeFolder();
    leave(folder, nameAt(NOON + 6 * MINUTE, 'req_future'), { atMs: NOON + 6 * MINUTE });
    leave(folder, nameAt(NOON + 4 * MINUTE, 'req_skewed'), { atMs: NOON + 4 * MINUTE });
    const rig = openRig({ folder });
    await settle(rig);
    expect(rig.names()).toEqual([nameAt(NOON + 4 * MINUTE, 'req_skewed')]);
    expect(rig.reports.prunes).toEqual([{ reason: 'age', count: 1, bytes: 2 }]);
  });

  test('and is set back while the buffer is open: what it wrote does not live for ever', async () => {
    const rig = openRig();
    await written(rig, capture('req_a'));
    rig.clock.nowMs = NOON - 48 * HOUR;
    await written(rig, capture('req_b', { endedAtMs: NOON - 48 * HOUR }));
    expect(rig.names()).toEqual([nameAt(NOON - 48 * HOUR, 'req_b')]);
  });

  test.each([48 * HOUR, -48 * HOUR])('and is not believed: nothing goes for its age, but what is too many goes (%i)', async (setMs) => {
    let believed = true;
    const rig = openRig({ maxFiles: 2, mayExpire: () => believed });
    await written(rig, capture('req_a'));
    believed = false;
    rig.clock.nowMs = NOON + setMs;
    await written(rig, capture('req_b', { endedAtMs: NOON + setMs }));
    expect(rig.names()).toHaveLength(2);
    await rig.buffer.purge({ olderThanSeconds: 1_000 * HOUR });
    expect(rig.names()).toHaveLength(2);
    rig.buffer.record(capture('req_c', { endedAtMs: NOON + setMs }));
    await rig.buffer.flush();
    expect(rig.names()).toHaveLength(2);
    expect(rig.reports.prunes.some(({ reason }) => reason === 'age')).toBe(false);
    believed = true;
    await rig.buffer.purge({ olderThanSeconds: 1_000 * HOUR });
    expect(rig.names().includes(nameAt(NOON, 'req_a'))).toBe(false);
  });
});

test('whatever is found there, what stays is young, few, and the newest', async () => {
  const leftover = fc.record({ ageMinutes: fc.integer({ min: -4, max: 48 * 60 }), id: fc.stringMatching(/^[a-z0-9]{1,8}$/) });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(leftover, { maxLength: 40, selector: ({ id }) => id }),
      fc.integer({ min: 1, max: 10 }),
      async (files, maxFiles) => {
        const folder = makeFolder();
        const named = files.map(({ ageMinutes, id }) => ({
          atMs: NOON - ageMinutes * MINUTE,
          name: nameAt(NOON - ageMinutes * MINUTE, `req_${id}`),
        }));
        for (const { name, atMs } of named) leave(folder, name, { atMs });
        const rig = openRig({ folder, maxFiles });
        await settle(rig);
        const young = named.filter(({ atMs }) => NOON - atMs <= 24 * HOUR).sort((a, b) => b.atMs - a.atMs);
        const kept = named.filter(({ name }) => existsSync(join(folder, name)));
        expect(kept).toHaveLength(Math.min(young.length, maxFiles));
        const boundary = young[maxFiles - 1]?.atMs ?? Number.NEGATIVE_INFINITY;
        expect(kept.every(({ atMs }) => atMs >= boundary && NOON - atMs <= 24 * HOUR)).toBe(true);
        expect(pruned(rig, 'age')).toBe(files.length - young.length);
        expect(pruned(rig, 'count')).toBe(young.length - kept.length);
      },
    ),
    { numRuns: 40 },
  );
});

describe('a purge', () => {
  test('removes all, also what waits to be written', async () => {
    const rig = openRig();
    await written(rig, capture('req_a'));
    rig.buffer.record(capture('req_b'));
    await expect(rig.buffer.purge()).resolves.toBe(2);
    await rig.buffer.flush();
    expect(rig.names()).toEqual([]);
    expect(pruned(rig, 'purge')).toBe(2);
    expect(rig.reports.entries.at(-1)).toBe(0);
  });

  test('removes what is older than it is told', async () => {
    const rig = openRig();
    await written(rig, capture('req_a', { endedAtMs: NOON - 61_000 }));
    await written(rig, capture('req_b', { endedAtMs: NOON - 59_000 }));
    rig.buffer.record(capture('req_c', { endedAtMs: NOON - 62_000 }));
    rig.buffer.record(capture('req_d', { endedAtMs: NOON }));
    await expect(rig.buffer.purge({ olderThanSeconds: 60 })).resolves.toBe(2);
    await rig.buffer.flush();
    expect(rig.names()).toEqual([nameAt(NOON - 59_000, 'req_b'), nameAt(NOON, 'req_d')]);
  });

  test('finds what others put there', async () => {
    const rig = openRig();
    await rig.buffer.flush();
    leave(rig.folder, nameAt(NOON - HOUR, 'req_copied'));
    await expect(rig.buffer.purge()).resolves.toBe(1);
    expect(rig.names()).toEqual([]);
  });
});

describe('a list', () => {
  test('shows the newest first', async () => {
    const rig = openRig({ ttlHours: 2, maxFiles: 7 });
    for (const index of [1, 3, 2]) await written(rig, capture(`req_${index}`, { endedAtMs: NOON + index }));
    const state = await rig.buffer.list();
    expect(state).toMatchObject({ enabled: true, entries: 3, max_files: 7, ttl_hours: 2 });
    expect(state.artifacts.map(({ request_id }) => request_id)).toEqual(['req_3', 'req_2', 'req_1']);
    expect(state.artifacts[0]).toMatchObject({ timestamp: '2026-11-21T12:00:00.003Z' });
    expect(state.artifacts[0]?.bytes).toBe(readFileSync(join(rig.folder, nameAt(NOON + 3, 'req_3'))).length);
  });

  test('does not show what somebody else removed', async () => {
    const rig = openRig();
    await written(rig, capture('req_a'));
    await written(rig, capture('req_b'));
    const { unlinkSync } = await import('node:fs');
    unlinkSync(join(rig.folder, nameAt(NOON, 'req_a')));
    await expect(rig.buffer.read('req_a')).resolves.toBeUndefined();
    expect((await rig.buffer.list()).artifacts.map(({ request_id }) => request_id)).toEqual(['req_b']);
  });
});

test('what bears the name of an artifact and is none is not read', async () => {
  const rig = openRig();
  await rig.buffer.flush();
  writeFileSync(join(rig.folder, nameAt(NOON, 'req_text')), 'not JSON');
  writeFileSync(join(rig.folder, nameAt(NOON, 'req_json')), '{"version":1}');
  await rig.buffer.purge({ olderThanSeconds: 100_000_000 });
  for (const id of ['req_text', 'req_json', 'req_none', '../req_text']) await expect(rig.buffer.read(id)).resolves.toBeUndefined();
});
