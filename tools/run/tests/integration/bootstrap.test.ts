import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

// A workspace of the same kind, small enough to be installed without a network: one package, linked. The pinned Node is not among its
// dependencies, so the bootstrap falls back to the Node on PATH, here the one that runs this test.
const repository = resolve(import.meta.dirname, '../../../..');
let root: string;

const ENTRY = `
const [mode]: string[] = process.argv.slice(2);
process.stdout.write(JSON.stringify({ args: process.argv.slice(2), conditions: process.execArgv }) + '\\n');
if (mode === 'wait') {
  process.once('SIGTERM', () => process.exit(7));
  setInterval(() => {}, 1_000);
}
if (mode === 'deaf') setInterval(() => {}, 1_000);
`;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bootstrap-'));
  await mkdir(join(root, 'packages/leaf'), { recursive: true });
  for (const file of ['bootstrap', 'compare-install.mjs']) await cp(join(repository, 'tools/run', file), join(root, 'tools/run', file));
  await writeFile(join(root, 'entry.ts'), ENTRY);
  await writeFile(join(root, 'packages/leaf/package.json'), JSON.stringify({ name: 'leaf', version: '1.0.0' }));
  await writeLock('1.0.0');
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function writeLock(version: string): Promise<void> {
  const manifest = {
    name: 'small',
    version,
    private: true,
    workspaces: ['packages/*'],
    scripts: { go: 'exec sh tools/run/bootstrap entry.ts' },
  };
  await writeFile(join(root, 'package.json'), JSON.stringify(manifest));
  const packages = {
    '': { name: 'small', version, workspaces: ['packages/*'] },
    'node_modules/leaf': { resolved: 'packages/leaf', link: true },
    'packages/leaf': { version: '1.0.0' },
  };
  await writeFile(
    join(root, 'package-lock.json'),
    JSON.stringify({ name: 'small', version, lockfileVersion: 3, requires: true, packages }),
  );
}

interface Run {
  readonly child: ChildProcess;
  readonly printed: { out: string; err: string };
  readonly end: Promise<number | null>;
}

/** Starts a command; `path` comes before what the machine's PATH offers outside of this repository. */
function start(command: string, args: readonly string[], path: readonly string[] = [dirname(process.execPath)]): Run {
  const outside = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.startsWith(repository));
  const env = { HOME: root, PATH: [...path, ...outside].join(delimiter), npm_config_update_notifier: 'false' };
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
  return { child, printed, end: once(child, 'close').then(([code]) => code as number | null) };
}

async function bootstrap(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const run = start('sh', ['tools/run/bootstrap', 'entry.ts', ...args]);
  return { code: await run.end, ...run.printed };
}

const ISOLATE = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

const INSTALLING = /installing dependencies/g;

test('installs what is missing, says so on stderr alone, and hands on the arguments', async () => {
  const { code, out, err } = await bootstrap('a', 'b c');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ args: ['a', 'b c'], conditions: ['-C', '@codex-proxy/source'] });
  expect(err).toMatch(INSTALLING);
});

test('does not install again while the lock file is the same', async () => {
  await bootstrap();
  const { code, err } = await bootstrap();
  expect(code).toBe(0);
  expect(err).toBe('');
});

test('installs again when the lock file asks for something that is not there', async () => {
  await bootstrap();
  await rm(join(root, 'node_modules/leaf'));
  await writeLock('1.0.1');
  expect((await bootstrap()).err).toMatch(INSTALLING);
});

test('accepts what npm install has installed in the meantime', async () => {
  await bootstrap();
  await writeLock('1.0.1');
  expect((await bootstrap()).err).toBe('');
});

test('repairs an install that was cut off', async () => {
  await mkdir(join(root, 'node_modules/half'), { recursive: true });
  expect((await bootstrap()).code).toBe(0);
  expect((await bootstrap()).err).toBe('');
});

test('of two at once, one installs and both run', async () => {
  const runs = await Promise.all([bootstrap('one'), bootstrap('two')]);
  expect(runs.map(({ code }) => code)).toEqual([0, 0]);
  expect(
    runs
      .map(({ err }) => err)
      .join('')
      .match(INSTALLING),
  ).toHaveLength(1);
});

test('an install that fails ends with its exit code and its words', async () => {
  await writeFile(join(root, 'package-lock.json'), '{');
  const { code, out, err } = await bootstrap();
  expect(code).not.toBe(0);
  expect(out).toBe('');
  expect(err).toContain('npm ci failed');
});

test('SIGTERM to npm reaches the entry, which replaced every shell between', async () => {
  const run = start('npm', ['run', '--silent', 'go', '--', 'wait']);
  await expect.poll(() => run.printed.out, { timeout: 30_000 }).toContain('wait');
  run.child.kill('SIGTERM');
  expect(await run.end).toBe(7);
});

describe.skipIf(spawnSync(ISOLATE[0], [...ISOLATE.slice(1), 'true']).status !== 0)('as process 1 of a container', () => {
  const isolated = (...args: string[]): Run => start(ISOLATE[0], [...ISOLATE.slice(1), 'sh', 'tools/run/bootstrap', 'entry.ts', ...args]);
  // What isolates it hands no signal on.
  const pid = (run: Run): number => Number(readFileSync(`/proc/${String(run.child.pid)}/task/${String(run.child.pid)}/children`, 'utf8'));

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s ends it before there is an entry', async (signal, code) => {
    await bootstrap();
    const run = isolated('deaf');
    await expect.poll(() => heeds(pid(run), signal), { interval: 1, timeout: 10_000 }).toBe(true);
    process.kill(pid(run), signal);
    expect(await run.end).toBe(code);
  });

  test('a signal ends an entry that does not listen for it yet', async () => {
    const run = isolated('deaf');
    await expect.poll(() => run.printed.out, { timeout: 30_000 }).toContain('deaf');
    process.kill(pid(run), 'SIGTERM');
    expect(await run.end).toBe(143);
  });

  test('a signal reaches an entry that does, and the exit code is that of the entry', async () => {
    const run = isolated('wait');
    await expect.poll(() => run.printed.out, { timeout: 30_000 }).toContain('wait');
    process.kill(pid(run), 'SIGTERM');
    expect(await run.end).toBe(7);
    const done = isolated('a', 'b c');
    expect(await done.end).toBe(0);
    expect(done.printed.out).toContain('["a","b c"]');
  });
});

/** Whether process `pid` has a handler for `signal`; what does not run yet has none. */
function heeds(pid: number, signal: 'SIGTERM' | 'SIGINT'): boolean {
  try {
    const caught = /^SigCgt:\s*([\da-f]+)$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? '0';
    return ((BigInt(`0x${caught}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}

test('names the Node that it needs where there is none', async () => {
  await bootstrap();
  const old = join(root, 'old');
  await mkdir(old);
  await writeFile(join(old, 'node'), '#!/bin/sh\n[ "$1" = -v ] && echo v20.20.2\nexit 1\n', { mode: 0o755 });
  const run = start('sh', ['tools/run/bootstrap', 'entry.ts'], [old]);
  expect(await run.end).toBe(69);
  expect(run.printed.out).toBe('');
  expect(run.printed.err).toContain('Node >= 22.18 is needed to run TypeScript sources, and this machine has v20.20.2');
});
