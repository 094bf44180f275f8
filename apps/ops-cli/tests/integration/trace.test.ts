import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run, SHIM } from '../support/codex-ops.ts';
import { temporaryFolder } from '../support/folder.ts';
import { KEY, startProxy, type StartedProxy } from '../support/proxy.ts';

// One proxy, one request of each kind, and the files that it leaves behind.
let proxy: StartedProxy;
const ids: Record<string, string> = {};
let completionId = '';

beforeAll(async () => {
  proxy = await startProxy({ WORKER_MAX_CONCURRENCY: '1', PROXY_TRACE_BUFFER: 'true', WORKER_REQUEST_TIMEOUT_MS: '4000' });
  ids['completed'] = await proxy.chat({ deltas: ['a', 'b'] }, { headers: { 'x-request-id': 'order-4711' } });
  ids['slow'] = await proxy.chat({ deltas: ['a', 'b'], firstDeltaMs: 1_200 });
  ids['paused'] = await proxy.chat({ deltas: ['a', 'b'], interDeltaMs: 1_100 });
  ids['failed'] = await proxy.chat({
    deltas: [],
    fail: { message: 'unexpected status 401 Unauthorized: No.', codexErrorInfo: { httpConnectionFailed: { httpStatusCode: 401 } } },
  });
  ids['refused'] = await proxy.chat({}, { key: 'wrong' });
  const leave = new AbortController();
  const left = proxy.chat({ deltas: ['a', 'b'], interDeltaMs: 3_000 }, { signal: leave.signal });
  const frames = (await proxy.logged((log) => log.split('"request_received"').length === 7)).split('\n');
  ids['left'] = String(JSON.parse(frames.findLast((line) => line.includes('"request_received"')) ?? '{}').request_id);
  setTimeout(() => leave.abort(), 300);
  await left.catch(() => undefined);
  const answer = await fetch(`${proxy.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo-codex', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  completionId = String(JSON.parse(await answer.text()).id);
  ids['of an SDK'] = answer.headers.get('x-request-id') ?? '';
  const [holder, queued] = await Promise.all([
    proxy.chat({ deltas: ['a'], firstDeltaMs: 1_500 }),
    new Promise((resolve) => setTimeout(resolve, 100)).then(async () => proxy.chat({ deltas: ['b'] })),
  ]);
  ids['holder'] = holder;
  ids['queued'] = queued;
  ids['timeout'] = await proxy.chat({ hang: true, deltas: [] });
  ids['exited'] = await proxy.chat({ deltas: ['a', 'b'], exitAfterDeltas: 1, exitCode: 7 });
  await proxy.stop();
  writeFileSync(join(proxy.stateDir, 'proxy.log'), proxy.log());
});

afterAll(() => proxy.remove());

const HEADLINES: readonly (readonly [kind: string, headline: RegExp])[] = [
  ['completed', /^COMPLETED \(200\) after [\d.]+ ms — nothing is wrong; \d+ % of the time went into /],
  ['slow', /^COMPLETED \(200\) after [\d.]+ s — \d+ % of its time \([\d.]+ s\) went into waiting for the model's first token$/],
  [
    'paused',
    /^COMPLETED \(200\) after .* went into a pause of the model (in the middle of its answer, after 1 delta|after the last that it had written)(;|$)/,
  ],
  ['failed', /^FAILED \(502 provider_error\) after [\d.]+ m?s — the model provider refused the credentials of this proxy \(HTTP 401\)/],
  ['refused', /^REFUSED \(401 invalid_api_key\) after [\d.]+ m?s — the API key is missing or wrong$/],
  ['left', /^CLIENT CLOSED \(499\) after [\d.]+ m?s — the client left after [\d.]+ m?s, (in the middle of the answer|before any content)/],
  ['queued', /^COMPLETED \(200\) after [\d.]+ s — \d+ % of its time \([\d.]+ s\) went into waiting for a worker slot$/],
  ['timeout', /^TIMEOUT \(504 worker_timeout\) after [\d.]+ s — timed out after [\d.]+ s: the model never sent a first token$/],
  [
    'exited',
    /^WORKER EXITED \(503\) after [\d.]+ m?s — the worker process ended with exit code 7 while it worked on this request, after 1 delta(;|$)/,
  ],
];

test.each(HEADLINES)('the first line names the cause of a request that was %s', async (kind, headline) => {
  const { code, out, err } = await run(['trace', '--req-id', ids[kind] ?? '', '--state-dir', proxy.stateDir]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.split('\n')[0]).toMatch(headline);
  expect(out).toContain(ids[kind]);
});

test('the log of the proxy tells the same of the worker as its database', async () => {
  const log = join(proxy.stateDir, 'proxy.log');
  const { out } = await run(['trace', '--req-id', ids['exited'] ?? '', '--state-dir', proxy.stateDir, '--log', log]);
  expect(out.split('\n')[0]).toContain('the worker process ended with exit code 7 while it worked on this request, after 1 delta');
});

test('--json is one document, found by the state folder of the environment and the id of the client', async () => {
  const { code, out } = await run(['trace', '--req-id', 'order-4711', '--json'], '', { environment: { PROXY_STATE_DIR: proxy.stateDir } });
  const document = JSON.parse(out);
  expect({ code, id: document.request_id, cause: document.cause.id }).toEqual({ code: 0, id: ids['completed'], cause: 'completed' });
  const sources = document.searched.map(({ source, records }: { source: string; records: number }) => [source, records > 0]);
  expect(sources.slice(0, 4)).toEqual([
    ['access', true],
    ['proto', true],
    ['usage', true],
    ['trace_buffer', true],
  ]);
  const times = document.timeline.map(({ at_ms: atMs }: { at_ms: number }) => atMs);
  expect(times).toEqual(times.toSorted((a: number, b: number) => a - b));
});

test('the id of the completion that an SDK shows is as good as that of the request', async () => {
  const requestId = ids['of an SDK'] ?? '';
  const { code, out, err } = await run(['trace', '--req-id', completionId, '--state-dir', proxy.stateDir]);
  expect({ code, err }).toEqual({
    code: 0,
    err: `codex-ops: ${completionId} is the id of a chat completion; its request is ${requestId}\n`,
  });
  expect(out).toContain(requestId);
});

test('an option that is mistyped is told, and not the one that is missing for it', async () => {
  const { code, out, err } = await run(['trace', '--reqid', ids['completed'] ?? '']);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/^codex-ops: unknown option '--reqid'\s+\(Did you mean --req-id\?\)/);
});

test('an unknown id fails', async () => {
  const { code, out, err } = await run(['trace', '--req-id', 'req_unknown', '--state-dir', proxy.stateDir]);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^codex-ops: nothing is known of req_unknown\. Searched:\n {2}access /);
});

test('logs shows what the files hold, by request and by file', async () => {
  const one = await run(['logs', '--state-dir', proxy.stateDir, '--req-id', ids['failed'] ?? '', '--json']);
  const records = one.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(new Set(records.map(({ request_id: id }) => id))).toEqual(new Set([ids['failed']]));
  expect(new Set(records.map(({ event }) => event))).toEqual(new Set(['request_completed', 'rpc_frame']));
  const access = await run(['logs', '--state-dir', proxy.stateDir, '--file', 'access']);
  expect(access.code).toBe(0);
  expect(access.out.trim().split('\n')).toHaveLength(Object.keys(ids).length);
  expect(access.out).toMatch(/ 401 refused [\d.]+ ms invalid_api_key POST /);
});

test('a log that was put aside is read packed, under any name, and out of a pipe', async () => {
  const [id = '', empty] = [ids['completed'], temporaryFolder()];
  const packed = join(temporaryFolder(), 'of yesterday.gz');
  const access = join(proxy.stateDir, 'access.ndjson');
  writeFileSync(packed, gzipSync(readFileSync(access)));
  const { code, out } = await run(['trace', '--req-id', id, '--state-dir', empty, '--access-log', packed]);
  expect({ code, line: out.split('\n')[0] }).toEqual({ code: 0, line: expect.stringMatching(/^COMPLETED \(200\)/) });

  const script = `"$0" trace --req-id "$1" --state-dir "$2" --access-log <(zcat "$3")`;
  const piped = await promisify(execFile)('bash', ['-c', script, SHIM, id, empty, packed]);
  expect(piped.stdout.split('\n')[0]).toBe(out.split('\n')[0]);
  expect(piped.stderr).not.toContain('access');
});

test.skipIf(process.getuid?.() !== 0)('what this user may not see is not said to be absent', async () => {
  const folder = join(temporaryFolder(), 'state');
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, 'access.ndjson'), '');
  const asNobody = [
    '-c',
    'cd / && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"',
    'sh',
    process.execPath,
    '-C',
    '@codex-proxy/source',
  ];
  for (const command of ['logs', 'trace']) {
    const args = [command, '--state-dir', folder, ...(command === 'trace' ? ['--req-id', 'req_any'] : [])];
    const failure = await promisify(execFile)('sh', [...asNobody, join(SHIM, '../../src/main.ts'), ...args]).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining('access.ndjson cannot be seen by this user (EACCES)') });
    if (command === 'logs') continue;
    expect(failure).toMatchObject({ stderr: expect.stringMatching(/ access +\S+access\.ndjson \(cannot be read\)\n/) });
    expect(failure).not.toMatchObject({ stderr: expect.stringContaining('nothing there') });
  }
});
