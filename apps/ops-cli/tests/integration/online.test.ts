import { writeScriptedWorker } from '@codex-proxy/scripted-worker';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, run, start, type Ended } from '../support/codex-ops.ts';
import { temporaryFolder } from '../support/folder.ts';
import { KEY, startProxy, type StartedProxy } from '../support/proxy.ts';

const ADMIN = ['admin', 'token', 'under', 'test'].join('-');
let proxy: StartedProxy;

beforeAll(async () => {
  proxy = await startProxy({ PROXY_ADMIN_TOKEN: ADMIN });
});

afterAll(() => proxy.remove());

const environment = (): Record<string, string> => ({
  CODEX_OPS_URL: proxy.url,
  PROXY_STATE_DIR: proxy.stateDir,
  PROXY_API_KEY: KEY,
  PROXY_ADMIN_TOKEN: ADMIN,
});

async function ops(...args: readonly string[]): Promise<Ended> {
  return run(args, '', { environment: environment() });
}

/** Of a command that prints one document and succeeds. */
async function json(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await ops(...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Record<string, unknown>;
}

/** Runs until `isEnough` holds for what it has printed, then presses Ctrl-C. */
async function interrupted(args: readonly string[], isEnough: (out: string) => boolean): Promise<Ended> {
  const child = start(args, { environment: environment() });
  const end = ended(child);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (isEnough(out)) child.kill('SIGINT');
  });
  return end;
}

describe('status', () => {
  test('says that all is well, in text and for programs', async () => {
    await proxy.chat({ deltas: ['a'] });
    await proxy.logged((log) => log.includes('"request_completed"'));
    const { code, out, err } = await ops('status');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^HEALTHY — a worker is ready to serve, and nothing is wrong\nhttp:\/\/127/);
    expect(out).toMatch(/\n {2}state {8}ready\n/);
    expect(out).not.toContain('?');
    const document = await json('status');
    expect(document).toMatchObject({
      verdict: 'healthy',
      probe: { status: 'ok', worker_state: 'ready' },
      worker: { inflight: 0, queue_depth: 0, restarts: 0 },
      traffic: { faults: 0, window: { source: 'access_log' } },
      maintenance: { enabled: false },
      trace_buffer: { enabled: false, entries: 0 },
      losses: { log_records: 0, run_events: 0, traces: 0 },
      disk: { state_dir: proxy.stateDir },
      unseen: [],
    });
  });

  test('without a token or a state folder shows what it can, and says what the rest takes', async () => {
    const { code, out } = await run(['status', '--url', proxy.url, '--state-dir', temporaryFolder()]);
    expect(code).toBe(0);
    expect(out).toMatch(/^HEALTHY — a worker is ready to serve; not all could be seen\n/);
    expect(out).toMatch(/\? maintenance, trace buffer: this needs the admin token of the proxy at \S+ set\sPROXY_ADMIN_TOKEN/);
    expect(out.replaceAll('\n', ' ')).toMatch(/\? state dir: the access log in \S+ is not that of this proxy/);
  });

  test('names the cause and fails while the worker is restarted; and where nothing listens', async () => {
    const settings = { WORKER_BACKOFF_INITIAL_MS: '60000', WORKER_BACKOFF_MAX_MS: '60000' };
    const broken = await startProxy(settings);
    try {
      await broken.chat({ deltas: ['a', 'b'], exitAfterDeltas: 1, exitCode: 7 });
      await broken.logged((log) => log.includes('"worker_exited"'));
      const { code, out } = await run(['status', '--url', broken.url, '--state-dir', broken.stateDir]);
      expect({ code, first: out.split('\n')[0] }).toEqual({
        code: 1,
        first: expect.stringMatching(/^UNHEALTHY — the worker ended with exit code 7; the next start is in [\d.]+ (s|min)/),
      });
      await broken.stop();
      const silent = await run(['status', '--url', broken.url, '--state-dir', broken.stateDir]);
      expect(silent).toMatchObject({ code: 1, out: expect.stringMatching(/^UNHEALTHY — nothing listens at http:/) });
    } finally {
      await broken.remove();
    }
  });

  test('--watch prints frame after frame, and ends with 0 at Ctrl-C', async () => {
    const { code, signal, out, err } = await interrupted(
      ['status', '--watch', '--interval', '250ms', '--json'],
      (text) => text.split('\n').length > 3,
    );
    expect({ code, signal, err }).toEqual({ code: 0, signal: null, err: '' });
    const verdicts = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).verdict);
    expect(verdicts.length).toBeGreaterThanOrEqual(3);
    expect(new Set(verdicts)).toEqual(new Set(['healthy']));
  });
});

describe('metrics', () => {
  test('are quantiles and counts, by name, and for programs', async () => {
    await proxy.chat({ deltas: ['a'] });
    const { code, out } = await ops('metrics');
    expect(code).toBe(0);
    expect(out).toMatch(/codex_stream_ttft_ms {2}model\n {2}demo-codex {2}n \d+ {2}p50 [\d.]+ m?s {2}p95 [\d.]+ m?s/);
    expect(out).not.toContain('process_cpu');
    const { series } = await json('metrics', 'ttft');
    expect(series).toMatchObject([
      { name: 'codex_stream_ttft_ms', labels: { model: 'demo-codex' }, quantiles: { 0.5: expect.any(Number) } },
    ]);
    expect(await ops('metrics', 'whales')).toMatchObject({
      code: 1,
      out: '',
      err: 'codex-ops: no series has this in its name or labels\n',
    });
  });

  test('--watch has rates from the second frame on', async () => {
    const { code, out } = await interrupted(['metrics', 'route="/metrics"', '--watch', '--interval', '250ms'], (text) =>
      text.includes('watched for'),
    );
    expect(code).toBe(0);
    const [, second = ''] = out.split('\n\n');
    expect(second).toMatch(/\n {2}\/metrics GET 2xx {2}\d+ {2}[\d.]+\/s/);
  });
});

describe('maintenance', () => {
  test('is switched on, seen, refuses, and is switched off', async () => {
    const on = await ops('maintenance', 'on', '--reason', 'new disk', '--author', 'ann', '--retry-after', '90s', '--expires-in', '1h');
    expect(on).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/^maintenance is ON since .*, by ann: new disk\n.*Retry-After: 90; until /),
    });
    expect(await json('maintenance', 'status')).toMatchObject({
      enabled: true,
      reason: 'new disk',
      author: 'ann',
      retry_after_seconds: 90,
      kept: true,
    });
    expect(await ops('status')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^MAINTENANCE — ann switched maintenance mode on \(new disk\)/),
    });
    expect(await ops('maintenance', 'off')).toMatchObject({ code: 0, out: expect.stringMatching(/^maintenance is OFF/) });
    expect(await json('maintenance', 'status')).toMatchObject({ enabled: false });
  });

  test('takes no terms that the proxy would not', async () => {
    for (const args of [
      ['--retry-after', '2d'],
      ['--expires-in', '31d'],
      ['--reason', 'a\nb'],
      ['--reason', ' '],
    ]) {
      expect(await ops('maintenance', 'on', ...args)).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringMatching(new RegExp(`^codex-ops: ${String(args[0])} (takes|is empty)`)),
      });
    }
    expect(await json('maintenance', 'status')).toMatchObject({ enabled: false });
  });
});

test('trace-buffer captures, lists, shows and removes', async () => {
  expect(await ops('trace-buffer', 'enable')).toMatchObject({ code: 0, out: expect.stringMatching(/^capture is on; /) });
  const id = await proxy.chat({ deltas: ['a', 'b'] });
  await expect.poll(async () => JSON.stringify(await json('trace-buffer', 'list'))).toContain(id);
  expect((await ops('trace-buffer', 'list')).out).toMatch(
    new RegExp(`REQUEST .*\\n${id} .* kB\\n\\ncapture is on; 1 trace, of at most 100 and 24 h\\n`),
  );
  const shown = await ops('trace-buffer', 'show', id);
  expect(shown.out).toMatch(new RegExp(`^${id} completed after `));
  expect(shown.out).toMatch(/→ rpc_request turn\/start/);
  expect(await json('trace-buffer', 'show', id)).toMatchObject({ version: 1, req_id: id });
  expect(await json('trace-buffer', 'purge', '--older-than', '1h')).toEqual({ version: 1, purged: 0 });
  expect(await ops('trace-buffer', 'purge')).toMatchObject({ code: 0, out: '1 trace removed\n' });
  expect(await ops('trace-buffer', 'show', id)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^codex-ops: there is no trace of req_/),
  });
  expect(await ops('trace-buffer', 'disable')).toMatchObject({ code: 0, out: expect.stringMatching(/^capture is off; 0 traces/) });
});

describe('runs', () => {
  test('are listed, newest first and by status', async () => {
    const failed = await proxy.chat({ deltas: [], fail: { message: 'It failed.', codexErrorInfo: null } });
    const completed = await proxy.chat({ deltas: ['a'] });
    await expect
      .poll(async () => (await ops('runs', 'list', '--limit', '2')).out)
      .toMatch(new RegExp(`\\n${completed} +completed .*\\n${failed} +failed .*provider_error\\n$`));
    const { runs } = await json('runs', 'list', '--status', 'failed');
    expect(runs).toMatchObject([{ run_id: failed, status: 'failed', error_code: 'provider_error' }]);
    expect(await ops('runs', 'list', '--status', 'timeout')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^no timeout run among \d+ runs\n$/),
    });
  });

  test('have events, which are followed to their end', async () => {
    const chat = proxy.chat({ deltas: ['a', 'b', 'c'], interDeltaMs: 700 });
    let id = '';
    await expect
      .poll(async () => {
        id = /req_[\w-]+/.exec(JSON.stringify(await json('runs', 'list', '--status', 'running')))?.[0] ?? '';
        return id;
      })
      .toMatch(/^req_/);
    const followed = await ops('runs', 'events', id, '--follow');
    expect(followed).toMatchObject({ code: 0, err: '' });
    expect(followed.out).toMatch(
      / llm_request .*\n.* llm_response .*\n.* note .*outcome=completed.*\nthe run ended: completed after [\d.]+ s\n$/,
    );
    expect(await chat).toBe(id);
    const { out } = await ops('runs', 'events', id, '--types', 'llm_request,note', '--json');
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).type),
    ).toEqual(['llm_request', 'note']);
  });

  test('and what there is not is said', async () => {
    expect(await ops('runs', 'events', 'req_none', '--follow')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^codex-ops: there is no run req_none/),
    });
    expect((await ops('runs', 'events', 'req_none')).err).toContain('codex-ops trace --req-id req_none tells what became of it');
    const refused = await proxy.chat({ deltas: [] }, { key: 'wrong' });
    await proxy.logged((log) => log.split('\n').some((line) => line.includes('"request_completed"') && line.includes(refused)));
    expect(await ops('runs', 'events', refused)).toMatchObject({
      code: 1,
      err: `codex-ops: the request ${refused} has no run: it ended with 401 invalid_api_key without one; codex-ops trace --req-id ${refused} tells why\n`,
    });
    expect(await ops('runs', 'events', 'req_none', '--types', 'tool_cal')).toMatchObject({
      code: 2,
      err: expect.stringContaining('was tool_call meant?'),
    });
  });
});

test('worker recycle replaces the worker, and no request fails', async () => {
  const chat = proxy.chat({ deltas: ['a', 'b'], interDeltaMs: 500 });
  const document = await json('worker', 'recycle');
  expect(document).toMatchObject({ outcome: 'recycled', joined: false, old_pid: expect.any(Number), new_pid: expect.any(Number) });
  expect(document['old_pid']).not.toBe(document['new_pid']);
  const id = await chat;
  expect(await proxy.logged((log) => log.split('\n').some((line) => line.includes('"request_completed"') && line.includes(id)))).toMatch(
    new RegExp(`"request_completed"[^\\n]*"${id}"[^\\n]*"status":200`),
  );
  expect(await ops('worker', 'recycle')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^the worker was replaced in [\d.]+ m?s: pid \d+ serves, pid \d+ has ended\n$/),
  });
  expect(await ops('worker', 'recycle', '--detach')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^it has begun: pid \d+ serves/),
  });
});

test('worker recycle says when the old worker still has turns, and when the successor does not start', async () => {
  const folder = temporaryFolder();
  const [bin, broken] = [join(folder, 'worker'), join(folder, 'broken')];
  writeFileSync(bin, `#!/bin/sh\n[ -e '${broken}' ] && exit 9\nexec '${await writeScriptedWorker(folder, {})}' "$@"\n`, { mode: 0o755 });
  const fragile = await startProxy({ PROXY_ADMIN_TOKEN: ADMIN, CODEX_BIN: bin, WORKER_SHUTDOWN_GRACE_MS: '60000' });
  try {
    const options = { environment: { ...environment(), CODEX_OPS_URL: fragile.url } };
    const leave = new AbortController();
    const chat = fragile.chat({ deltas: ['a', 'b'], interDeltaMs: 60_000 }, { signal: leave.signal });
    await fragile.logged((log) => log.includes('"request_received"'));
    const draining = await run(['worker', 'recycle', '--timeout', '5s'], '', options);
    expect(draining).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^pid \d+ serves; pid \d+ still has 1 turn and ends by itself\n$/),
    });
    leave.abort();
    await chat.catch(() => '');
    const joined = await run(['worker', 'recycle'], '', options);
    expect(joined).toMatchObject({ code: 0, out: expect.stringContaining('the worker was replaced in ') });
    writeFileSync(broken, '');
    const failed = await run(['worker', 'recycle'], '', options);
    expect(failed).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^the worker was not replaced: pid \d+ goes on\n$/),
      err: 'codex-ops: the successor did not start: worker_recycle_failed in the log of the proxy says why\n',
    });
  } finally {
    await fragile.remove();
  }
});

describe('tokens', () => {
  test('that are wrong are told by name, never by value', async () => {
    const wrong = 'wrong-token-of-somebody';
    const { code, out, err } = await run(['maintenance', 'status'], '', { environment: { ...environment(), PROXY_ADMIN_TOKEN: wrong } });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(`codex-ops: the admin token in $PROXY_ADMIN_TOKEN is not that of the proxy at ${proxy.url}\n`);
  });

  test('that the proxy made itself are found in its state folder; without any it has none', async () => {
    const generated = await startProxy({ PROXY_API_KEY: '' });
    try {
      const options = { environment: { CODEX_OPS_URL: generated.url, PROXY_STATE_DIR: generated.stateDir } };
      expect(await run(['maintenance', 'status'], '', options)).toMatchObject({ code: 0, err: '', out: 'maintenance is OFF\n' });
      expect(await run(['runs', 'list'], '', options)).toMatchObject({ code: 0, err: '' });
    } finally {
      await generated.remove();
    }
    const without = await startProxy();
    try {
      const { code, err } = await run(['worker', 'recycle'], '', { environment: { CODEX_OPS_URL: without.url, PROXY_ADMIN_TOKEN: ADMIN } });
      expect({ code, err }).toEqual({
        code: 1,
        err: expect.stringMatching(/^codex-ops: the proxy at .* has no admin token, .*PROXY_ADMIN_TOKEN set\n$/),
      });
    } finally {
      await without.remove();
    }
  });

  test('are not taken from an address', async () => {
    const { code, err } = await run(['status', '--url', 'http://ann:secret-word@127.0.0.1:1']);
    expect(code).toBe(2);
    expect(err).not.toContain('secret-word');
  });
});

test('completion completes in a real bash', async () => {
  const { code, out } = await ops('completion', 'bash');
  expect(code).toBe(0);
  const script = join(temporaryFolder(), 'completion.bash');
  const tries = [
    ['st'],
    ['runs', ''],
    ['runs', 'list', '--st'],
    ['runs', 'list', '--status', 'w'],
    ['help', 'mainten'],
    ['help', 'maintenance', 'o'],
    ['logs', '--level', 'w'],
    ['logs', '--level', '=', 'w'],
    ['validate', '--check', '=', 'S'],
    ['validate', '--check', '='],
    ['logs', '--code', 'queue_full,mai'],
    ['runs', 'events', 'req_1', '--types', '=', 'note,tool_c'],
    ['--'],
  ];
  const calls = tries.map(
    (words) =>
      `COMP_WORDS=(codex-ops ${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length}; _codex_ops; echo "\${COMPREPLY[*]}"`,
  );
  writeFileSync(script, `${out}\n${calls.join('\n')}\n`);
  const { stdout } = spawnSync('bash', ['--norc', script], { encoding: 'utf8' });
  expect(stdout.trimEnd().split('\n')).toEqual([
    'status',
    'list events',
    '--status --state-dir',
    'worker_exited',
    'maintenance',
    'on off',
    'warn',
    'warn',
    'ScaleTrace',
    'ScaleTrace contracts redaction all',
    'queue_full,maintenance',
    'note,tool_call',
    '--help --version',
  ]);
});
