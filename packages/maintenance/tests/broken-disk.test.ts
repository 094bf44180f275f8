import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { open, temporaryFolder } from './open.ts';

const ON = { enabled: true, since: '2026-11-21T02:10:03.194Z', retry_after_seconds: 60 };

describe('what is kept and cannot be read', () => {
  const text = (content: string | Buffer) => (path: string) => {
    writeFileSync(path, content);
  };
  const whole = JSON.stringify(ON);
  const spoiled: readonly (readonly [string, (path: string) => void])[] = [
    ['an empty file', text('')],
    ['half a state', text(whole.slice(0, whole.length / 2))],
    ['two states', text(`${whole}\n${whole}`)],
    ['zeroes', text('\0'.repeat(200))],
    ['bytes that are no UTF-8', text(Buffer.from([0xff, 0xfe, 0x7b, 0x7d]))],
    ['null', text('null')],
    ['a list', text('[]')],
    ['an empty object', text('{}')],
    ['a flag that is a word', text(JSON.stringify({ ...ON, enabled: 'true' }))],
    ['a moment that is none', text(JSON.stringify({ ...ON, expires_at: 'soon' }))],
    ['a wait that is none', text(JSON.stringify({ ...ON, retry_after_seconds: -1 }))],
    ['a field of another kind', text(JSON.stringify({ ...ON, owner: 'jo' }))],
    ['a huge file', text(whole + ' '.repeat(100_000))],
    ['a folder', (path) => void mkdirSync(path)],
    ['a link to a state', (path) => (writeFileSync(`${path}.real`, whole), symlinkSync(`${path}.real`, path))],
    ['a link to nothing', (path) => void symlinkSync(`${path}.gone`, path)],
    ['a link to itself', (path) => void symlinkSync(path, path)],
    ['a named pipe', (path) => void execFileSync('mkfifo', [path])],
  ];

  test.each(spoiled)('%s: is reported, and counts as on', (_what, spoil) => {
    const path = join(temporaryFolder(), 'maintenance.json');
    spoil(path);
    const { maintenance, changes, failures } = open(path);
    expect(maintenance.enabled).toBe(true);
    expect(maintenance.notice()?.message).toBe('The proxy is in maintenance: The kept maintenance state could not be read.');
    expect(changes).toMatchObject([{ from: 'off', to: 'on', source: 'corrupt_file' }]);
    expect(failures).toMatchObject([{ operation: 'read', error: { message: expect.any(String) } }]);
    expect(failures[0]!.error.message).not.toContain('2026');
  });

  test.each(spoiled.filter(([what]) => what !== 'a folder'))('%s: is replaced by the next toggle', async (_what, spoil) => {
    const path = join(temporaryFolder(), 'maintenance.json');
    spoil(path);
    const target = existsSync(`${path}.real`) ? readFileSync(`${path}.real`, 'utf8') : undefined;
    const { maintenance, failures, recoveries } = open(path);
    expect(recoveries()).toBe(0);
    const state = await maintenance.toggle({ enabled: false });
    expect([failures.length, recoveries()]).toEqual([1, 1]);
    expect(lstatSync(path).isFile()).toBe(true);
    expect(open(path).maintenance.state()).toEqual(state);
    if (target !== undefined) expect(readFileSync(`${path}.real`, 'utf8')).toBe(target);
  });

  test('a folder is left alone; the toggle still works', async () => {
    const path = join(temporaryFolder(), 'maintenance.json');
    mkdirSync(path);
    const { maintenance, failures, recoveries } = open(path);
    expect(await maintenance.toggle({ enabled: false })).toMatchObject({ enabled: false });
    expect(recoveries()).toBe(0);
    expect(failures.map(({ operation }) => operation)).toEqual(['read', 'write']);
    expect(maintenance.persisted).toBe(false);
    expect(lstatSync(path).isDirectory()).toBe(true);
  });

  test('what waits under the temporary name is neither followed nor kept', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'maintenance.json');
    writeFileSync(join(folder, 'elsewhere'), 'precious');
    symlinkSync(join(folder, 'elsewhere'), `${path}.tmp`);
    await open(path).maintenance.toggle({ enabled: true });
    expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe('precious');
    expect(existsSync(`${path}.tmp`)).toBe(false);
    expect(open(path).maintenance.enabled).toBe(true);
  });
});

describe('a disk that cannot be written', () => {
  test('costs no toggle; is reported with each; and is tried again until it works, which is told once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const blocker = join(temporaryFolder(), 'state');
    writeFileSync(blocker, 'a file where the folder should be');
    const path = join(blocker, 'maintenance.json');
    // Nothing can be kept there; that is no reason to stay off, but one that is told.
    const { maintenance, changes, failures, recoveries } = open(path);
    expect(failures).toMatchObject([{ operation: 'read', error: { code: 'ENOTDIR' } }]);
    await maintenance.toggle({ enabled: false });
    const state = await maintenance.toggle({ enabled: true, reason: 'disk' });
    expect(maintenance.state()).toBe(state);
    expect(changes.at(-1)).toMatchObject({ to: 'on' });
    expect(failures.map(({ operation }) => operation)).toEqual(['read', 'write', 'write']);
    expect([maintenance.persisted, recoveries()]).toEqual([false, 0]);

    await vi.advanceTimersByTimeAsync(30_000);
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    rmSync(blocker);
    await vi.advanceTimersByTimeAsync(30_000);
    await vi.waitFor(() => expect(maintenance.persisted).toBe(true));
    expect([failures.length, recoveries()]).toEqual([3, 1]);
    expect(open(path).maintenance.state()).toEqual(state);
    await maintenance.toggle({ enabled: false });
    expect([failures.length, recoveries()]).toEqual([3, 1]);
  });

  test('that lost its folder gets it back', async () => {
    const folder = join(temporaryFolder(), 'state');
    const { maintenance, failures, recoveries } = open(join(folder, 'maintenance.json'));
    await maintenance.toggle({ enabled: true });
    rmSync(folder, { recursive: true });
    await maintenance.toggle({ enabled: true, reason: 'again' });
    expect([failures, recoveries()]).toEqual([[], 0]);
    expect(lstatSync(folder).mode & 0o777).toBe(0o700);
    expect(open(join(folder, 'maintenance.json')).maintenance.state().reason).toBe('again');
  });
});
