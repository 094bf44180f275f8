import { chmodSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { run, type Ended } from '../support/codex-ops.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startProxy, type StartedProxy } from '../support/proxy.ts';

interface Told {
  readonly check: string;
  readonly severity: string;
  readonly text: string;
  readonly advice?: string;
}

/** A port that no one listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function findingsOf({ out }: Ended): readonly Told[] {
  return JSON.parse(out).findings;
}

async function examine(environment: Readonly<Record<string, string>>): Promise<{ ended: Ended; findings: readonly Told[] }> {
  const ended = await run(['doctor', '--json'], '', { environment });
  return { ended, findings: findingsOf(ended) };
}

const grave = (findings: readonly Told[]): readonly Told[] =>
  findings.filter(({ severity }) => severity === 'error' || severity === 'warning');

describe('of a proxy that runs', () => {
  let proxy: StartedProxy;
  let environment: Record<string, string>;

  beforeAll(async () => {
    proxy = await startProxy();
    await proxy.chat({ deltas: ['a'] });
    environment = { PORT: new URL(proxy.url).port, PROXY_STATE_DIR: proxy.stateDir };
  });
  afterAll(() => proxy.remove());

  test('nothing is wrong, and each check says what it saw', async () => {
    const { ended, findings } = await examine(environment);
    expect({ code: ended.code, err: ended.err, grave: grave(findings) }).toEqual({ code: 0, err: '', grave: [] });
    expect(new Set(findings.map(({ check }) => check))).toEqual(
      new Set(['configuration', 'provider', 'permissions', 'disk', 'worker', 'port', 'clock', 'databases', 'log files', 'runtime']),
    );
    expect(findings.find(({ check }) => check === 'port')?.text).toBe(`a proxy answers at ${proxy.url} and is ready`);
    expect(findings.find(({ check }) => check === 'clock')?.text).toContain('agrees with the proxy and the newest log record');
    expect(findings.find(({ check }) => check === 'databases')?.text).toMatch(/^state\.sqlite is whole \(/);
  });

  test('in words, for people', async () => {
    const { code, out } = await run(['doctor'], '', { environment });
    expect(code).toBe(0);
    expect(out).toMatch(/^· provider {7}the offline demo answers/);
    expect(out).toMatch(/^✓ configuration {2}2 variables are set in this environment, and understood$/m);
    expect(out).toMatch(/\n\nNothing is wrong\.\n$/);
  });
});

test('every bad value is an error by its name, no secret is told, and a variable that nothing reads is noticed', async () => {
  const secret = ['sk', 'proj', 'a1B2c3D4e5'.repeat(5)].join('-');
  const { ended, findings } = await examine({
    PROXY_STATE_DIR: temporaryFolder(),
    PORT: String(await freePort()),
    WORKER_MAX_QUEUE: 'many',
    LOG_LEVEL: secret,
    PROXY_ADMIN_TOKEN: 'short',
    PROXY_TRACE_BUFER: 'true',
  });
  expect(ended.code).toBe(1);
  expect(ended.out).not.toContain(secret.slice(10, 30));
  const of = (text: string): Told | undefined => findings.find((finding) => finding.text.startsWith(text));
  for (const name of ['WORKER_MAX_QUEUE', 'LOG_LEVEL', 'PROXY_ADMIN_TOKEN']) expect(of(`${name} must be`)?.severity).toBe('error');
  expect(of('PROXY_TRACE_BUFER')).toMatchObject({ severity: 'warning', advice: 'is PROXY_TRACE_BUFFER meant?' });
});

test('where answers come from is told, and in production that nobody said', async () => {
  const settings = { PROXY_STATE_DIR: join(temporaryFolder(), 'none'), PORT: String(await freePort()), HOME: temporaryFolder() };
  const provider = async (more: Readonly<Record<string, string>>): Promise<Told | undefined> =>
    (await examine({ ...settings, ...more })).findings.find(({ check }) => check === 'provider');
  expect(await provider({})).toMatchObject({ severity: 'note', text: expect.stringMatching(/^the offline demo answers/) });
  expect(await provider({ OPENAI_API_KEY: 'any' })).toMatchObject({ severity: 'ok', text: expect.stringMatching(/^Codex answers/) });
  expect(await provider({ PROXY_PROVIDER_BASE_URL: 'http://127.0.0.1:1/v1' })).toMatchObject({ severity: 'ok' });
  expect(await provider({ NODE_ENV: 'production' })).toMatchObject({
    severity: 'error',
    text: expect.stringMatching(/^PROXY_PROVIDER: .*PROXY_PROVIDER=demo$/),
  });
});

test('what others may reach, what is damaged and what was left behind is found, with what to do', async () => {
  const stateDir = join(temporaryFolder(), 'state of mine');
  mkdirSync(join(stateDir, 'archives'), { recursive: true, mode: 0o700 });
  mkdirSync(join(stateDir, 'codex-home'), { mode: 0o700 });
  const write = (name: string, text: string, mode = 0o600): void => writeFileSync(join(stateDir, name), text, { mode });
  write('state.sqlite', 'this is no database, and longer than its header would be. '.repeat(4));
  write('maintenance.json', 'nonsense');
  write('access.ndjson', `${JSON.stringify({ timestamp: new Date(Date.now() + 3_600_000).toISOString() })}\n`, 0o644);
  write('codex-home/logs_2.txt', '', 0o644);
  write('archives/agent_logs_20261121T021004.000Z.json.gz.part', '');
  utimesSync(join(stateDir, 'archives/agent_logs_20261121T021004.000Z.json.gz.part'), 1_700_000_000, 1_700_000_000);
  chmodSync(stateDir, 0o755);
  const before = readdirSync(stateDir, { recursive: true });
  const { ended, findings } = await examine({ PROXY_STATE_DIR: stateDir, PORT: String(await freePort()) });
  expect(ended.code).toBe(1);
  expect(grave(findings).map(({ check, severity }) => `${severity} ${check}`)).toEqual([
    'error permissions',
    'error permissions',
    'warning clock',
    'error databases',
    'error databases',
    'warning leftovers',
  ]);
  expect(grave(findings)[0]?.advice).toBe(`chmod 700 '${stateDir}'`);
  expect(grave(findings)[1]?.text).toBe('others may reach access.ndjson (0644)');
  expect(grave(findings).every(({ advice }) => advice !== undefined)).toBe(true);
  expect(readdirSync(stateDir, { recursive: true })).toEqual(before);
});

test('another server on the port, and a worker that is not there, are errors', async () => {
  const server = createServer((_request, response) => response.writeHead(404, { server: 'nginx' }).end()).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const missing = join(temporaryFolder(), 'codex');
  const { ended, findings } = await examine({ PORT: String(port), CODEX_BIN: missing, PROXY_STATE_DIR: join(temporaryFolder(), 'none') });
  expect(ended.code).toBe(1);
  expect(grave(findings).map(({ check, text }) => [check, text])).toEqual([
    ['worker', `${missing} is not there (ENOENT)`],
    ['port', `another server answers on port ${port} of 127.0.0.1 (HTTP 404, Server: nginx)`],
  ]);
});

test('an option that it does not know is a mistake', async () => {
  expect(await run(['doctor', '--quick'])).toMatchObject({ code: 2, out: '' });
});
