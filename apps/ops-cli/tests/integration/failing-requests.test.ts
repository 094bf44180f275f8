import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { run, type Ended } from '../support/codex-ops.ts';
import { KEY, startProxy, type StartedProxy } from '../support/proxy.ts';

/** A proxy with little traffic, of which some failed: what the engineer is told who knows `--help` alone. */
const ADMIN = ['admin', 'token', 'under', 'test'].join('-');
const GOOD = 8;
const BAD = 3;
let proxy: StartedProxy;
let failedIds: readonly string[] = [];
let refusedId = '';
let modelsId = '';

const environment = (): Record<string, string> => ({
  CODEX_OPS_URL: proxy.url,
  PROXY_STATE_DIR: proxy.stateDir,
  PROXY_API_KEY: KEY,
  PROXY_ADMIN_TOKEN: ADMIN,
});

async function ops(...args: readonly string[]): Promise<Ended> {
  return run(args, '', { environment: environment() });
}

beforeAll(async () => {
  proxy = await startProxy({ PROXY_ADMIN_TOKEN: ADMIN });
  for (let sent = 0; sent < GOOD; sent += 1) await proxy.chat({ deltas: ['a'] });
  const failing = { deltas: [], fail: { message: 'It failed.', codexErrorInfo: null } };
  failedIds = [await proxy.chat(failing), await proxy.chat(failing), await proxy.chat(failing)];
  for (let sent = 0; sent < GOOD; sent += 1) refusedId = await proxy.chat({ deltas: ['a'] }, { key: 'another' });
  const models = await fetch(`${proxy.url}/v1/models`, { headers: { authorization: `Bearer ${KEY}` } });
  await models.text();
  modelsId = models.headers.get('x-request-id') ?? '';
  await proxy.logged((log) => log.includes(modelsId));
  await vi.waitFor(async () => expect((await ops('logs', '--req-id', modelsId)).code).toBe(0), { timeout: 15_000 });
});

afterAll(() => proxy.remove());

describe('status', () => {
  test('is DEGRADED by few failures among few requests, refused clients not counted, and leads to those requests', async () => {
    const { code, out } = await ops('status');
    const [verdict, next = ''] = out.split('\n');
    expect({ code, verdict }).toEqual({
      code: 0,
      verdict: expect.stringMatching(/^DEGRADED — 3 of 11 requests of the last \d+ (s|min) failed with provider_error$/),
    });
    const [, words = ''] = /^→ codex-ops (logs --file access --code provider_error --since \d+m) lists them/.exec(next) ?? [];
    const listed = await ops(...words.split(' '));
    expect(listed.code).toBe(0);
    expect(listed.out.trim().split('\n')).toHaveLength(BAD);
    for (const id of failedIds) expect(listed.out).toContain(id);
  });

  test('knows of an archive that another process has made', async () => {
    expect(JSON.parse((await ops('status', '--json')).out).archive).toMatchObject({ last_success_at: null });
    await expect.poll(async () => (await ops('archive', 'run', '--force')).code).toBe(0);
    const { archive } = JSON.parse((await ops('status', '--json')).out);
    expect(archive).toMatchObject({ last_success_at: expect.stringMatching(/^20.*Z$/), age_seconds: expect.any(Number) });
    expect((await ops('status')).out).toMatch(/\n {2}archived {5}\d+ s ago\n/);
  });
});

test.each([
  ['status', '0'],
  ['metrics', '1ms'],
])('%s --watch --interval %s would be a load, and is refused', async (command, interval) => {
  expect(await ops(command, '--watch', '--interval', interval)).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('At least 250ms was expected.'),
  });
  expect((await ops('help', command)).out.replaceAll(/\s+/g, ' ')).toContain(
    'how often, at least 250ms; a number alone is seconds (default: 2s)',
  );
});

describe('an address with a path', () => {
  test.each(['metrics', 'runs list', 'maintenance status', 'trace-buffer list'])('%s', async (command) => {
    expect(await ops(...command.split(' '), '--url', `${proxy.url}/v1`)).toMatchObject({
      code: 1,
      out: '',
      err: `codex-ops: the proxy is at ${proxy.url} and not at ${proxy.url}/v1: give --url (or $CODEX_OPS_URL) without the path\n`,
    });
  });

  test('status', async () => {
    expect(await ops('status', '--url', `${proxy.url}/v1`)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^UNHEALTHY — the proxy is at \S+ and not at \S+\/v1:/),
    });
  });
});

describe('trace', () => {
  test('of a request that the proxy answered by itself waits for no one', async () => {
    const { out } = await ops('trace', '--req-id', modelsId);
    expect(out).toMatch(/^COMPLETED \(200\) after [\d.]+ ms — nothing is wrong/);
    expect(out).not.toContain('did not begin');
    const { slowest } = JSON.parse((await ops('trace', '--req-id', modelsId, '--json')).out);
    expect(slowest).toMatchObject({ into: 'proxy', what: 'the proxy, which answered by itself' });
  });

  test('begins with the request line, also of one that was refused', async () => {
    const { timeline } = JSON.parse((await ops('trace', '--req-id', refusedId, '--json')).out);
    expect(timeline[0]).toMatchObject({ at_ms: 0, what: 'request line' });
    expect(Math.min(...timeline.map(({ at_ms: atMs }: { at_ms: number }) => atMs))).toBe(0);
  });

  test('has what came of a frame after it', async () => {
    const { timeline } = JSON.parse((await ops('trace', '--req-id', failedIds[0] ?? '', '--json')).out);
    const steps: readonly string[] = timeline.map(({ what }: { what: string }) => what);
    const order = ['llm_request', '→ thread/start', '→ turn/start', '← turn/completed', 'error', 'note: run_ended'];
    expect(steps.filter((what) => order.includes(what))).toEqual(order);
  });

  test('of nobody’s request says which traces it looked at', async () => {
    expect((await ops('trace-buffer', 'enable')).code).toBe(0);
    const id = await proxy.chat({ deltas: ['a'] });
    await expect.poll(async () => (await ops('trace-buffer', 'list')).out).toContain(id);
    const { code, err } = await ops('trace', '--req-id', 'req_none');
    expect(code).toBe(1);
    expect(err).toMatch(/\n {2}trace_buffer \S+ \(1 file, [\d.]+ kB\)\n/);
  });
});

describe('what is not there', () => {
  test.each([
    [['logs', '--req-id', 'req_none'], 1, 'no record is what was asked for'],
    [['logs', '--event', 'nope'], 2, 'no event of this version is called nope'],
    [['logs', '--code', 'nope'], 2, 'no error code of this version is called nope'],
    [['archive', 'list', '--state-dir', '/none'], 1, 'there is no folder /none'],
    [['archive', 'list', '--archive-dir', '/none'], 1, 'there is no folder /none'],
    [['metrics', 'nope'], 1, 'no series has this in its name or labels'],
  ] as const)('%j ends with %i', async (args, code, sentence) => {
    expect(await ops(...args)).toMatchObject({ code, out: '', err: expect.stringContaining(sentence) });
  });

  test('smoke of a proxy that is down fails once, and blames no token', async () => {
    const { code, out } = await ops('smoke', '--url', 'http://127.0.0.1:1');
    expect(code).toBe(1);
    expect(out).toMatch(/\n0 passed, 1 failed, \d+ skipped\.\n$/);
    expect(out).not.toContain('PROXY_METRICS_TOKEN');
  });
});
