import { writeScriptedWorker, type ScriptedWorkerOptions } from '@codex-proxy/scripted-worker';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ended, run, start, type Ended } from '../support/codex-ops.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startProxy, type StartedProxy } from '../support/proxy.ts';

interface Told {
  readonly name: string;
  readonly outcome: string;
  readonly why?: readonly string[];
}

const [API, ADMIN] = [['api', 'key', 'of', 'smoke'].join('-'), ['admin', 'token', 'of', 'smoke'].join('-')];
const KEYS = { PROXY_API_KEY: API, PROXY_ADMIN_TOKEN: ADMIN };

async function proxyWith(worker: ScriptedWorkerOptions = {}, settings: Readonly<Record<string, string>> = {}): Promise<StartedProxy> {
  const proxy = await startProxy({ ...KEYS, CODEX_BIN: await writeScriptedWorker(temporaryFolder(), worker), ...settings });
  onTestFinished(() => proxy.remove());
  return proxy;
}

function environmentOf(proxy: StartedProxy): Record<string, string> {
  return { ...KEYS, CODEX_OPS_URL: proxy.url, PROXY_STATE_DIR: proxy.stateDir };
}

const stepsOf = ({ out }: Ended): readonly Told[] => JSON.parse(out).steps;
const named = (steps: readonly Told[], outcome: string): readonly string[] =>
  steps.filter((step) => step.outcome === outcome).map(({ name }) => name);

async function adminAsks(proxy: StartedProxy, path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${proxy.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

test('every step passes, no key is told, and the proxy is left as it was found', async () => {
  const proxy = await proxyWith();
  await adminAsks(proxy, '/internal/trace-buffer', { enabled: true });
  const result = await run(['smoke', '--json'], '', { environment: environmentOf(proxy) });
  const steps = stepsOf(result);
  expect(steps.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(result).toMatchObject({ code: 0, err: '' });
  expect(named(steps, 'skipped')).toEqual(['the planted secrets stand not in the log of the proxy']);
  expect(steps.length).toBeGreaterThan(14);
  expect(result.out).not.toContain(API);
  expect(result.out).not.toContain(ADMIN);
  expect(await adminAsks(proxy, '/internal/trace-buffer')).toMatchObject({ enabled: true });
  expect(await adminAsks(proxy, '/internal/maintenance')).toMatchObject({ enabled: false });
  // What a client of the smoke saw in between is in the log of the proxy.
  const changes = proxy
    .log()
    .split('\n')
    .filter((line) => line.includes('"maintenance_toggled"'));
  expect(changes).toHaveLength(2);
});

test('in words, and passively, nothing is switched', async () => {
  const proxy = await proxyWith();
  const { code, out } = await run(['smoke', '--passive'], '', { environment: environmentOf(proxy) });
  expect(code).toBe(0);
  expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n✓ livez: the process works \(/);
  expect(out.match(/skipped: --passive/g)).toHaveLength(5);
  expect(proxy.log()).not.toMatch(/"(maintenance_toggled|trace_buffer_toggled)"/);
});

test('a secret that a file of the state folder holds is found', async () => {
  const stateDir = join(temporaryFolder(), 'state');
  const proxy = await proxyWith({ journal: join(stateDir, 'journal.txt') }, { PROXY_STATE_DIR: stateDir });
  const result = await run(['smoke', '--passive', '--json'], '', { environment: { ...environmentOf(proxy), PROXY_STATE_DIR: stateDir } });
  expect(result.code).toBe(1);
  const failures = stepsOf(result).filter(({ outcome }) => outcome === 'failed');
  expect(failures.map(({ name }) => name)).toEqual(['the planted secrets stand in no file of the state folder']);
  expect(failures[0]?.why).toContain('journal.txt holds github_token');
});

test('a secret that a file holds is found although no completion succeeds', async () => {
  const stateDir = join(temporaryFolder(), 'state');
  const fail = { message: 'It failed.', codexErrorInfo: 'internalServerError' };
  const proxy = await proxyWith({ deltas: [], fail, journal: join(stateDir, 'journal.txt') }, { PROXY_STATE_DIR: stateDir });
  const environment = { ...environmentOf(proxy), PROXY_STATE_DIR: stateDir };
  const steps = stepsOf(await run(['smoke', '--passive', '--json'], '', { environment }));
  const search = steps.find(({ name }) => name.includes('no file of the state folder'));
  expect(search).toMatchObject({ outcome: 'failed', why: expect.arrayContaining(['journal.txt holds github_token']) });
  const other = temporaryFolder();
  writeFileSync(join(other, 'access.ndjson'), '');
  const elsewhere = stepsOf(await run(['smoke', '--passive', '--json', '--state-dir', other], '', { environment }));
  expect(elsewhere.find(({ name }) => name.includes('no file of the state folder'))).toMatchObject({
    outcome: 'skipped',
    why: [`the access log in ${other} has no request of this smoke: is --state-dir the folder of this proxy, and on this machine?`],
  });
});

test('what a worker that fails leads to is told, and all is put back', async () => {
  const proxy = await proxyWith({ deltas: ['a'], fail: { message: 'It failed.', codexErrorInfo: 'internalServerError' } });
  const result = await run(['smoke', '--json'], '', { environment: environmentOf(proxy) });
  expect(result.code).toBe(1);
  expect(named(stepsOf(result), 'failed')).toContain('a completion is streamed');
  expect(named(stepsOf(result), 'passed')).toContain('readyz: a worker serves');
  expect(await adminAsks(proxy, '/internal/maintenance')).toMatchObject({ enabled: false });
  expect(await adminAsks(proxy, '/internal/trace-buffer')).toMatchObject({ enabled: false });
});

test('maintenance that is on already is left on', async () => {
  const proxy = await proxyWith();
  await adminAsks(proxy, '/internal/maintenance', { enabled: true, reason: 'the database moves' });
  const result = await run(['smoke', '--json'], '', { environment: environmentOf(proxy) });
  const step = stepsOf(result).find(({ name }) => name.startsWith('maintenance on'));
  expect(step).toMatchObject({ outcome: 'skipped', why: ['it is on already: the database moves'] });
  expect({ code: result.code, failed: named(stepsOf(result), 'failed') }).toEqual({ code: 1, failed: [] });
  expect(JSON.parse(result.out)).toMatchObject({ completion: 'skipped' });
  expect(result.err).toMatch(/^codex-ops: no completion could be tried, and so this says little: .*--allow-maintenance\n$/);
  const allowed = await run(['smoke', '--allow-maintenance', '--json'], '', { environment: environmentOf(proxy) });
  expect({ code: allowed.code, err: allowed.err }).toEqual({ code: 0, err: '' });
  expect(await adminAsks(proxy, '/internal/maintenance')).toMatchObject({ enabled: true, reason: 'the database moves' });
});

test('Ctrl-C in the middle puts back what was switched', async () => {
  const proxy = await proxyWith({ deltas: ['a', 'b'], interDeltaMs: 1_500 });
  const child = start(['smoke', '--json'], { environment: environmentOf(proxy) });
  const end = ended(child);
  await vi.waitFor(async () => expect(await adminAsks(proxy, '/internal/trace-buffer')).toMatchObject({ enabled: true }), {
    timeout: 30_000,
  });
  child.kill('SIGINT');
  const result = await end;
  expect(result).toMatchObject({ code: 1, err: expect.stringContaining('smoke was interrupted') });
  expect(JSON.parse(result.out)).toMatchObject({ interrupted: true, failed: 0, not_put_back: [] });
  expect(await adminAsks(proxy, '/internal/trace-buffer')).toMatchObject({ enabled: false });
});

test('without keys what needs them is skipped or fails, and says which', async () => {
  const proxy = await proxyWith();
  const environment = { CODEX_OPS_URL: proxy.url, PROXY_STATE_DIR: temporaryFolder() };
  const result = await run(['smoke', '--json'], '', { environment });
  expect(result.code).toBe(1);
  const steps = stepsOf(result);
  expect(steps.find(({ name }) => name === 'models are listed')?.why?.[0]).toContain('set PROXY_API_KEY');
  expect(steps.find(({ name }) => name.startsWith('trace buffer on'))?.why?.[0]).toContain('set PROXY_ADMIN_TOKEN');
});

test('where nothing listens, every probe says so', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const { code, out } = await run(['smoke', '--url', `http://127.0.0.1:${port}`]);
  expect(code).toBe(1);
  expect(out).toContain(`nothing listens at http://127.0.0.1:${port}: is the proxy up, and --url (or $CODEX_OPS_URL) its address?`);
});

test.each([['ftp://a'], ['nonsense'], ['http://robot:word@127.0.0.1:1']])('the address %s is a mistake', async (url) => {
  const { code, out, err } = await run(['smoke', '--url', url]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/^codex-ops: the address of the proxy \(--url, \$CODEX_OPS_URL\) /);
});

test('whose reader leaves puts back what it changed, begins nothing more, and does not say that all is well', async () => {
  const proxy = await proxyWith();
  const environment = { ...environmentOf(proxy), PATH: process.env['PATH'] ?? '' };
  const child = start(['smoke'], { environment });
  const end = ended(child);
  child.stdout.once('data', () => child.stdout.destroy());
  expect((await end).code).toBe(1);
  expect(await adminAsks(proxy, '/internal/maintenance')).toMatchObject({ enabled: false });
  expect(await adminAsks(proxy, '/internal/trace-buffer')).toMatchObject({ enabled: false });
});

test('what Ctrl-C cut is no failure of the proxy', async () => {
  const proxy = await proxyWith({ deltas: ['a', 'b'], interDeltaMs: 60_000 });
  const child = start(['smoke', '--passive'], { environment: environmentOf(proxy) });
  const end = ended(child);
  // The first is that with a wrong key.
  await proxy.logged((log) => (log.match(/"request_received".*"\/v1\/chat\/completions"/g)?.length ?? 0) > 1);
  child.kill('SIGINT');
  const { code, out } = await end;
  expect(code).toBe(1);
  expect(out).not.toContain('✗');
  expect(out).toMatch(/– a completion is streamed \(.*\)\n {4}skipped: interrupted\n/);
  expect(out).toMatch(/\n\d+ passed, 0 failed, \d+ skipped\.\n$/);
});

test('a key that is wrong is told by the name of its variable', async () => {
  const proxy = await proxyWith();
  const environment = { ...environmentOf(proxy), PROXY_API_KEY: 'wrong', PROXY_ADMIN_TOKEN: 'wrong-too' };
  const steps = stepsOf(await run(['smoke', '--json', '--model', 'demo-codex'], '', { environment }));
  const whyOf = (name: string): string => steps.find((step) => step.name.startsWith(name))?.why?.join() ?? '';
  for (const name of ['models are listed', 'a completion is streamed'])
    expect(whyOf(name)).toBe(`the API key in $PROXY_API_KEY is not that of the proxy at ${proxy.url}`);
  for (const name of ['trace buffer on', 'maintenance on', 'a planned recycle'])
    expect(whyOf(name)).toContain(`the admin token in $PROXY_ADMIN_TOKEN is not that of the proxy at ${proxy.url}`);
});

test('skips the search for secrets where none was planted, for that reason', async () => {
  const proxy = await proxyWith();
  const steps = stepsOf(await run(['smoke', '--json'], '', { environment: { ...environmentOf(proxy), PROXY_API_KEY: 'wrong' } }));
  expect(steps.find(({ name }) => name.includes('no file of the state folder'))).toMatchObject({
    outcome: 'skipped',
    why: [expect.stringMatching(/^nothing was planted/)],
  });
});
