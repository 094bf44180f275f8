import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { maintenanceStateSchema } from '@codex-proxy/contracts';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { open, RETRY_AFTER_S, temporaryFolder, TestClock } from './open.ts';

function freshPath(): string {
  return join(temporaryFolder(), 'state', 'maintenance.json');
}

function kept(path: string): unknown {
  return maintenanceStateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

describe('a toggle', () => {
  test('finds it off at first, with nothing on disk', () => {
    const path = freshPath();
    const { maintenance, changes, failures } = open(path);
    expect(maintenance.enabled).toBe(false);
    expect(maintenance.state()).toEqual({ enabled: false, retry_after_seconds: RETRY_AFTER_S });
    expect(maintenance.notice()).toBeUndefined();
    expect([changes, failures, existsSync(path)]).toEqual([[], [], false]);
    expect(maintenance.persisted).toBe(true);
  });

  test('is in effect at once, and on disk when it resolves', async () => {
    const path = freshPath();
    const clock = new TestClock();
    const { maintenance, changes } = open(path, { nowMs: clock.now });
    const toggled = maintenance.toggle({ enabled: true, reason: 'moving', author: 'jo', retry_after_seconds: 7, expires_in_seconds: 90 });
    expect(maintenance.enabled).toBe(true);
    const state = {
      enabled: true,
      reason: 'moving',
      author: 'jo',
      since: clock.iso(),
      expires_at: clock.iso(90),
      retry_after_seconds: 7,
    };
    expect(await toggled).toEqual(state);
    expect(kept(path)).toEqual(state);
    expect(maintenance.persisted).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(path, '..'))).toEqual(['maintenance.json']);
    expect(changes).toEqual([{ from: 'off', to: 'on', source: 'endpoint', state }]);

    clock.ms += 5_000;
    expect(await maintenance.toggle({ enabled: false, author: 'al' })).toEqual({
      enabled: false,
      author: 'al',
      since: clock.iso(),
      retry_after_seconds: RETRY_AFTER_S,
    });
    expect(kept(path)).toEqual(maintenance.state());
    expect(changes.at(-1)).toMatchObject({ from: 'on', to: 'off', source: 'endpoint' });
  });

  test('with the same terms changes nothing', async () => {
    const clock = new TestClock();
    const { maintenance, changes } = open(freshPath(), { nowMs: clock.now });
    const first = await maintenance.toggle({ enabled: true, reason: 'moving' });
    clock.ms += 60_000;
    expect(await maintenance.toggle({ enabled: true, reason: 'moving' })).toBe(first);
    await maintenance.toggle({ enabled: false });
    const off = maintenance.state();
    clock.ms += 60_000;
    expect(await maintenance.toggle({ enabled: false })).toBe(off);
    expect(changes).toHaveLength(2);
  });

  test.each([
    ['reason', { enabled: true, reason: 'still moving' }],
    ['author', { enabled: true, reason: 'moving', author: 'al' }],
    ['expiry', { enabled: true, reason: 'moving', expires_in_seconds: 60 }],
    ['Retry-After', { enabled: true, reason: 'moving', retry_after_seconds: 5 }],
    ['reason, by its absence', { enabled: true }],
  ])('with another %s is a change, since the same moment', async (_term, terms) => {
    const clock = new TestClock();
    const { maintenance, changes } = open(freshPath(), { nowMs: clock.now });
    const { since } = await maintenance.toggle({ enabled: true, reason: 'moving' });
    clock.ms += 1_000;
    expect((await maintenance.toggle(terms)).since).toBe(since);
    expect(changes.at(-1)).toMatchObject({ from: 'on', to: 'on', source: 'endpoint' });
  });

  test('is redacted before it is kept, reported or shown', async () => {
    const path = freshPath();
    const { maintenance, changes } = open(path, { redactText: (text) => text.replaceAll('hunter2', '[redacted]') });
    await maintenance.toggle({ enabled: true, reason: 'the password is hunter2', author: 'hunter2' });
    for (const place of [maintenance.state(), changes, maintenance.notice(), readFileSync(path, 'utf8')]) {
      expect(JSON.stringify(place)).not.toContain('hunter2');
      expect(JSON.stringify(place)).toContain('[redacted]');
    }
    // By rules that came later.
    const later = open(path, { redactText: (text) => text.replaceAll('password', '[word]') });
    expect(later.maintenance.state().reason).toBe('the [word] is [redacted]');
  });

  test('does not depend on who listens', async () => {
    const path = freshPath();
    const uncaught: unknown[] = [];
    const surfaced = (error: unknown): void => void uncaught.push(error);
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', surfaced);
    onTestFinished(() => {
      process.off('uncaughtException', surfaced);
      for (const other of others) process.on('uncaughtException', other);
    });
    const { maintenance } = open(path, {
      onChange: () => {
        throw new Error('no log');
      },
    });
    expect(await maintenance.toggle({ enabled: true })).toMatchObject({ enabled: true });
    expect(kept(path)).toMatchObject({ enabled: true });
    await vi.waitFor(() => expect(uncaught).toEqual([new Error('no log')]));
  });
});

describe('64 toggles at once', () => {
  test('each resolve with the state that they made; the last one wins, in memory and on disk', async () => {
    const path = freshPath();
    const { maintenance, changes, failures } = open(path);
    const states = await Promise.all(
      Array.from({ length: 64 }, async (_, index) => maintenance.toggle({ enabled: index % 3 !== 0, reason: `toggle ${index}` })),
    );
    expect(states.map((state) => [state.enabled, state.reason])).toEqual(states.map((_, index) => [index % 3 !== 0, `toggle ${index}`]));
    expect(maintenance.state()).toEqual(states[63]);
    expect(kept(path)).toEqual(states[63]);
    expect(changes.map((change) => change.state)).toEqual(states);
    for (const [index, change] of changes.entries()) expect(change.from).toBe(changes[index - 1]?.to ?? 'off');
    expect(failures).toEqual([]);
  });
});

describe('a start', () => {
  test('finds the state that was kept, terms and all, and reports nothing', async () => {
    const path = freshPath();
    const before = open(path);
    const state = await before.maintenance.toggle({ enabled: true, reason: 'moving', expires_in_seconds: 600, retry_after_seconds: 5 });
    const after = open(path, { retryAfterSeconds: 99 });
    expect(after.maintenance.enabled).toBe(true);
    expect(after.maintenance.state()).toEqual(state);
    expect([after.changes, after.failures]).toEqual([[], []]);
    await after.maintenance.toggle({ enabled: false });
    expect(open(path).maintenance.enabled).toBe(false);
  });

  test('is on by the environment, which is asked at every start and never kept', async () => {
    const path = freshPath();
    const clock = new TestClock();
    const first = open(path, { initiallyOn: true, nowMs: clock.now });
    const state = { enabled: true, since: clock.iso(), retry_after_seconds: RETRY_AFTER_S };
    expect(first.maintenance.state()).toEqual(state);
    expect(first.changes).toEqual([{ from: 'off', to: 'on', source: 'environment', state }]);
    expect(existsSync(path)).toBe(false);

    await first.maintenance.toggle({ enabled: false });
    expect(open(path).maintenance.enabled).toBe(false);
    const again = open(path, { initiallyOn: true });
    expect(again.maintenance.enabled).toBe(true);
    expect(again.changes).toMatchObject([{ from: 'off', to: 'on', source: 'environment' }]);
    expect(open(path).maintenance.enabled).toBe(false);

    // Asked for by hand too, it no longer hangs on the environment.
    await again.maintenance.toggle({ enabled: true });
    expect(again.changes).toHaveLength(1);
    expect(open(path).maintenance.enabled).toBe(true);
  });

  test('on by what is kept and by the environment keeps the terms', async () => {
    const path = freshPath();
    const state = await open(path).maintenance.toggle({ enabled: true, reason: 'moving', expires_in_seconds: 60 });
    const { maintenance, changes } = open(path, { initiallyOn: true });
    expect(maintenance.state()).toEqual(state);
    expect(changes).toEqual([]);
  });
});

describe('the expiry', () => {
  test('switches it off by itself, says so, and keeps that', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const path = freshPath();
    const { maintenance, changes } = open(path);
    await maintenance.toggle({ enabled: true, reason: 'moving', expires_in_seconds: 90 });
    await vi.advanceTimersByTimeAsync(89_000);
    expect(maintenance.enabled).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(maintenance.enabled).toBe(false);
    const state = {
      enabled: false,
      reason: 'The maintenance expired.',
      since: new Date().toISOString(),
      retry_after_seconds: RETRY_AFTER_S,
    };
    expect(changes.slice(1)).toEqual([{ from: 'on', to: 'off', source: 'expiry', state }]);
    await maintenance.close();
    expect(kept(path)).toEqual(state);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('of 30 days is no sooner than that', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { maintenance } = open(freshPath());
    await maintenance.toggle({ enabled: true, expires_in_seconds: 30 * 86_400 });
    await vi.advanceTimersByTimeAsync(30 * 86_400_000 - 1);
    expect(maintenance.enabled).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(maintenance.enabled).toBe(false);
  });

  test('follows the wall clock when it jumps, within half a minute, and at once where it is asked', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const clock = new TestClock();
    const { maintenance, changes } = open(freshPath(), { nowMs: clock.now });
    await maintenance.toggle({ enabled: true, expires_in_seconds: 3_600 });
    clock.ms -= 7_200_000;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(maintenance.enabled).toBe(true);
    clock.ms += 3 * 3_600_000;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(maintenance.enabled).toBe(false);
    expect(changes.at(-1)).toMatchObject({ from: 'on', to: 'off', source: 'expiry' });

    await maintenance.toggle({ enabled: true, expires_in_seconds: 3_600 });
    clock.ms += 3_600_000;
    expect(maintenance.notice()).toBeUndefined();
    expect(maintenance.enabled).toBe(false);
  });

  test('that passed while nothing ran switches it off at the start, says so, and keeps that', async () => {
    const path = freshPath();
    const clock = new TestClock();
    await open(path, { nowMs: clock.now }).maintenance.toggle({ enabled: true, expires_in_seconds: 60 });
    clock.ms += 60_000;
    const { maintenance, changes } = open(path, { nowMs: clock.now });
    expect(maintenance.enabled).toBe(false);
    expect(changes).toMatchObject([{ from: 'on', to: 'off', source: 'expiry', state: { since: clock.iso() } }]);
    await maintenance.close();
    expect(open(path, { nowMs: clock.now }).changes).toEqual([]);

    await maintenance.toggle({ enabled: true, expires_in_seconds: 60 });
    clock.ms += 60_000;
    const forced = open(path, { nowMs: clock.now, initiallyOn: true });
    expect(forced.maintenance.enabled).toBe(true);
    expect(forced.maintenance.state()).not.toHaveProperty('expires_at');
    expect(forced.changes.map(({ to, source }) => `${to} by ${source}`)).toEqual(['off by expiry', 'on by environment']);
    await forced.maintenance.close();
    expect(kept(path)).toMatchObject({ enabled: false });
  });

  test('belongs to no request', async () => {
    const context = new AsyncLocalStorage<string>();
    const clock = new TestClock();
    const requests: (string | undefined)[] = [];
    const { maintenance } = open(freshPath(), { nowMs: clock.now, onChange: () => requests.push(context.getStore()) });
    await context.run('the toggle', async () => maintenance.toggle({ enabled: true, expires_in_seconds: 60 }));
    clock.ms += 60_000;
    context.run('a client', () => maintenance.notice());
    expect(requests).toEqual(['the toggle', undefined]);
  });

  test('still comes after a restart', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const path = freshPath();
    const before = open(path).maintenance;
    await before.toggle({ enabled: true, expires_in_seconds: 90 });
    await before.close();
    const { maintenance, changes } = open(path);
    await vi.advanceTimersByTimeAsync(90_000);
    expect(maintenance.enabled).toBe(false);
    expect(changes).toMatchObject([{ source: 'expiry' }]);
    expect(before.enabled, 'a closed one has no timers').toBe(true);
  });
});

describe('what clients are told to wait', () => {
  test.each([
    ['the default', {}, RETRY_AFTER_S],
    ['what the toggle says', { retry_after_seconds: 5, expires_in_seconds: 600 }, 5],
    ['what is left until the expiry, if that is less', { retry_after_seconds: 600, expires_in_seconds: 20 }, 20],
  ])('is %s', async (_what, terms, expected) => {
    const clock = new TestClock();
    const { maintenance } = open(freshPath(), { nowMs: clock.now });
    await maintenance.toggle({ enabled: true, ...terms });
    expect(maintenance.notice()).toEqual({ retryAfterSeconds: expected, message: 'The proxy is in maintenance.' });
  });

  test('is rounded up, and never nothing', async () => {
    const clock = new TestClock();
    const { maintenance } = open(freshPath(), { nowMs: clock.now });
    await maintenance.toggle({ enabled: true, reason: 'back soon', expires_in_seconds: 2 });
    clock.ms += 500;
    expect(maintenance.notice()).toEqual({ retryAfterSeconds: 2, message: 'The proxy is in maintenance: back soon' });
    clock.ms += 1_499;
    expect(maintenance.notice()?.retryAfterSeconds).toBe(1);
  });
});
