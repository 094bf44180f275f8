import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REPOSITORY, run, type Ended } from '../support/codex-ops.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startProxy, type StartedProxy } from '../support/proxy.ts';
import { githubToken } from '../support/secrets.ts';

interface Listed {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

const [API, ADMIN] = [['api', 'key', 'of', 'evidence'].join('-'), ['admin', 'token', 'of', 'evidence'].join('-')];
const ALERT = 'CodexWorkerRestartsFrequent';
let proxy: StartedProxy;
let requestId: string;

beforeAll(async () => {
  proxy = await startProxy({ PROXY_API_KEY: API, PROXY_ADMIN_TOKEN: ADMIN, PROXY_TRACE_BUFFER: 'true' });
  requestId = await proxy.chat({ deltas: ['a', 'b'] }, { key: API });
  await proxy.logged((log) => log.includes('"request_completed"'));
});
afterAll(() => proxy.remove());

async function capture(out: string, ...args: readonly string[]): Promise<Ended> {
  const environment = {
    ...{ PROXY_API_KEY: API, PROXY_ADMIN_TOKEN: ADMIN, CODEX_OPS_URL: proxy.url, PROXY_STATE_DIR: proxy.stateDir },
    PORT: new URL(proxy.url).port,
    PROXY_PROVIDER_API_KEY: 'a-key-of-the-provider',
  };
  return run(['evidence', 'capture', '--out', out, ...args], '', { environment });
}

const fileNames = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

describe('a folder', () => {
  test('holds what the runbook asks for, listed with its digests, and no secret', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'drills', 'drill-1');
    const log = join(folder, 'proxy.log');
    const secret = githubToken();
    writeFileSync(log, `${proxy.log()}pushed with ${secret}\nthe admin said ${ADMIN}\n`);
    const result = await capture(out, '--req-id', requestId, '--alert', ALERT, '--log', log, '--json');
    expect(result).toMatchObject({ code: 0, err: '' });
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    expect(JSON.parse(result.out)).toEqual({ path: out, ...manifest });
    expect(manifest).toMatchObject({ version: 1, request_id: requestId, alert: ALERT, url: proxy.url, missing: [] });
    const files: readonly Listed[] = manifest.files;
    expect(fileNames(out).toSorted()).toEqual(['manifest.json', ...files.map(({ path }) => path)].toSorted());
    for (const { path, bytes, sha256 } of files) {
      const content = readFileSync(join(out, path));
      expect({ path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }).toEqual({ path, bytes, sha256 });
    }
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        ...['alert.yaml', 'configuration.json', 'doctor.json', 'versions.json', 'metrics/metrics.prom', 'metrics/snippet.prom'],
        ...['probes/livez.json', 'probes/readyz.json', 'state/maintenance.json', 'state/runs.json', 'logs/access.ndjson', 'logs/proxy.log'],
        ...['request/trace.txt', 'request/trace.json', 'request/trace-artifact.json', 'request/run-events.json'],
      ]),
    );
    const read = (path: string): string => readFileSync(join(out, path), 'utf8');
    expect(JSON.parse(read('probes/readyz.json'))).toMatchObject({ status: 200, body: { status: 'ok', worker_state: 'ready' } });
    expect(read('request/trace.txt')).toMatch(/^COMPLETED \(200\) after /);
    expect(read('metrics/snippet.prom')).toContain('\ncodex_worker_restarts_total 0\n');
    const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'apps/proxy/package.json'), 'utf8'));
    expect(JSON.parse(read('versions.json'))).toMatchObject({
      proxy: version,
      codex: expect.stringMatching(/\d/),
      codex_ops: expect.any(String),
    });
    expect(read('alert.yaml')).toContain(`- alert: ${ALERT}\n`);
    const settings: readonly { name: string }[] = JSON.parse(read('configuration.json'));
    expect(settings.find(({ name }) => name === 'PROXY_API_KEY')).toMatchObject({ is_set: true, value: null });
    expect(settings.find(({ name }) => name === 'PORT')).toMatchObject({ is_set: true, value: new URL(proxy.url).port });
    expect(read('logs/proxy.log')).toContain('pushed with [redacted:github_token]\n');
    const all = fileNames(out).map(read).join('\n') + result.out;
    for (const hidden of [API, ADMIN, secret, 'a-key-of-the-provider']) expect(all).not.toContain(hidden);
    expect(statSync(out).mode & 0o777).toBe(0o700);
    expect(statSync(join(out, 'manifest.json')).mode & 0o777).toBe(0o600);
  });

  test('that is there already is not touched', async () => {
    const out = temporaryFolder();
    const { code, err } = await capture(out);
    expect({ code, err }).toEqual({
      code: 1,
      err: `codex-ops: ${out} is there already, and evidence is not overwritten: name another --out\n`,
    });
    expect(readdirSync(out)).toEqual([]);
  });
});

test('where it cannot write it names the place, and what to do', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(await capture(join(file, 'evidence'))).toMatchObject({
    code: 1,
    err: expect.stringMatching(/\/file\/evidence cannot be written \(EEXIST\): name another --out\n$/),
  });
});

test('a .tar.gz holds the same, under one folder, and what is missing is named', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'incident-1.tar.gz');
  const { code, err, out: told } = await capture(out, '--lines', '1');
  expect(code).toBe(0);
  expect(err).toMatch(/^codex-ops: \S+ is missing: .*\n.* is missing: .*\n$/);
  expect(told).toMatch(/incident-1\.tar\.gz: \d+ files, [\d.]+ kB, 2 missing\n$/);
  const entries = await unpackTar(gunzipSync(readFileSync(out)));
  const texts = new Map(entries.map(({ header, data }) => [header.name, Buffer.from(data ?? []).toString()]));
  const manifest = JSON.parse(texts.get('incident-1/manifest.json') ?? '');
  expect([...texts.keys()].toSorted()).toEqual(
    ['manifest.json', ...manifest.files.map(({ path }: Listed) => path)].map((path) => `incident-1/${path}`).toSorted(),
  );
  expect(texts.get('incident-1/logs/access.ndjson')?.match(/\n/g)).toHaveLength(1);
  expect(readdirSync(folder)).toEqual(['incident-1.tar.gz']);
  expect((await capture(out)).code).toBe(1);
});

test('an alert that there is not is refused before anything is written, with the nearest name', async () => {
  const out = join(temporaryFolder(), 'bundle');
  expect(await capture(out, '--alert', 'CodexWorkerRestartsFreqent')).toMatchObject({
    ...{ code: 2, out: '' },
    err: expect.stringContaining(`no alert of this version is called CodexWorkerRestartsFreqent: was ${ALERT} meant?\n`),
  });
  expect(await capture(out, '--alert', 'Whales')).toMatchObject({ code: 2, err: expect.stringMatching(/there are \w+, .*CodexProxyDown/) });
  expect(existsSync(out)).toBe(false);
});

test('a proxy that is down leaves evidence too', async () => {
  const out = join(temporaryFolder(), 'down');
  const { code, err } = await capture(out, '--url', 'http://127.0.0.1:1');
  expect(code).toBe(0);
  expect(err).toContain('probes/readyz.json is missing: ');
  expect(existsSync(join(out, 'logs/access.ndjson'))).toBe(true);
  expect(existsSync(join(out, 'doctor.json'))).toBe(true);
  expect(JSON.parse(readFileSync(join(out, 'versions.json'), 'utf8'))).toMatchObject({ proxy: null, codex: null });
});

test.each([[['evidence', 'capture']], [['evidence', 'capture', '--out', 'x', '--req-id', 'no id']]])('%j is a mistake', async (args) => {
  expect(await run(args)).toMatchObject({ code: 2, out: '' });
});
