import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { traceArtifactSchema, traceBufferStateSchema, type TraceArtifact, type TraceBufferState } from '@codex-proxy/contracts';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { expectRecords } from '../support/log-lines.ts';
import { startReadyProxy, startTestProxy, type ProxyUnderTest, type Settings } from '../support/proxy-under-test.ts';
import { MODEL as REAL_MODEL, startProvider, type ProviderUnderTest } from '../support/provider-under-test.ts';
import { MODEL, scripted, startScriptedProxy } from '../support/scripted-proxy.ts';
import type { ScriptedWorkerOptions } from '@codex-proxy/scripted-worker';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PATH = '/internal/trace-buffer';
const ADMIN = ['admin', 'token', 'of', 'this', 'test'].join('-');
const ON: Settings = {
  PROXY_TRACE_BUFFER: 'true',
  PROXY_ADMIN_TOKEN: ADMIN,
  PROXY_API_KEY: ['client', 'key', 'of', 'this', 'test'].join('-'),
};
const OFF: Settings = { ...ON, PROXY_TRACE_BUFFER: 'false' };
const HOUR_MS = 3_600_000;

const folderOf = (proxy: ProxyUnderTest): string => join(proxy.stateDir, 'trace-buffer');
const namesIn = (proxy: ProxyUnderTest): string[] => readdirSync(folderOf(proxy)).sort();

/** A proxy whose scripted worker serves. */
async function startServing(worker: ScriptedWorkerOptions, settings: Settings): Promise<ProxyUnderTest> {
  const proxy = await startScriptedProxy(worker, settings);
  await proxy.log.waitFor({ event: 'worker_started' });
  return proxy;
}

async function ask(proxy: ProxyUnderTest, path = PATH, init: RequestInit = {}): Promise<Response> {
  return proxy.fetch(path, { ...init, headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' } });
}

async function state(proxy: ProxyUnderTest): Promise<TraceBufferState> {
  return traceBufferStateSchema.parse(await (await ask(proxy)).json());
}

async function toggle(proxy: ProxyUnderTest, enabled: boolean): Promise<void> {
  expect((await ask(proxy, PATH, { method: 'POST', body: JSON.stringify({ enabled }) })).status).toBe(200);
}

/** Resolves when there are so many. */
async function untilEntries(proxy: ProxyUnderTest, count: number): Promise<TraceBufferState> {
  return vi.waitFor(
    async () => {
      const current = await state(proxy);
      expect(current.entries).toBe(count);
      return current;
    },
    { timeout: 10_000 },
  );
}

async function artifactOf(proxy: ProxyUnderTest, response: Response): Promise<TraceArtifact> {
  const id = response.headers.get('x-request-id') ?? '';
  return vi.waitFor(async () => traceArtifactSchema.parse(await (await ask(proxy, `${PATH}/${id}`)).json()), { timeout: 10_000 });
}

function methods(artifact: TraceArtifact): string[] {
  return artifact.events.map(({ type, method }) => (type === 'delta_run' ? type : `${type} ${method}`));
}

function framesNaming(artifact: TraceArtifact): Set<string> {
  return new Set([...JSON.stringify(artifact.events).matchAll(/"threadId":"([^"]*)"/g)].map((match) => match[1] ?? ''));
}

describe('a turn of the real worker', () => {
  const WORDS = {
    system: ['canary', 'system', 'tb1'].join(''),
    history: ['canary', 'history', 'tb2'].join(''),
    prompt: ['canary', 'prompt', 'tb3'].join(''),
    answer: ['canary', 'answer', 'tb4'].join(''),
    secret: ['ghp', 'a1B2c3D4e5'.repeat(4).slice(0, 36)].join('_'),
    providerKey: ['plain', 'provider', 'key', 'tb5'].join('-'),
    failure: ['canary', 'failure', 'tb6'].join(''),
    tool: ['canary', 'description', 'tb7'].join(''),
  };
  let provider: ProviderUnderTest;
  let proxy: ProxyUnderTest;
  const messages = [
    { role: 'system', content: WORDS.system },
    { role: 'user', content: WORDS.history },
    { role: 'assistant', content: `${WORDS.history} ${WORDS.secret}` },
    { role: 'user', content: WORDS.prompt },
  ];

  beforeAll(async () => {
    provider = await startProvider();
    proxy = await startReadyProxy({ ...ON, ...provider.settings, PROXY_PROVIDER_API_KEY: WORDS.providerKey });
  });

  afterAll(async () => {
    await proxy.remove();
    await provider.close();
  });

  test('leaves its shape and its timing', async () => {
    provider.answer({
      deltas: [WORDS.answer, ' ', WORDS.answer],
      usage: { inputTokens: 31, cachedInputTokens: 0, outputTokens: 7, reasoningOutputTokens: 0 },
    });
    const response = await proxy.chat({ model: REAL_MODEL, messages, stream: true });
    await response.text();
    const artifact = await artifactOf(proxy, response);
    const terminal = await proxy.terminalOf(response);
    expect(artifact).toMatchObject({
      req_id: terminal.request_id,
      run_id: terminal.run_id,
      model: REAL_MODEL,
      outcome: 'completed',
      duration_ms: terminal.latency_ms,
      truncated: false,
    });
    const seen = methods(artifact);
    const expected = [
      'rpc_request thread/start',
      'rpc_response thread/start',
      'rpc_request thread/inject_items',
      'rpc_request turn/start',
      'delta_run',
      'rpc_notification thread/tokenUsage/updated',
      'rpc_notification turn/completed',
      'rpc_request thread/unsubscribe',
      'rpc_response thread/unsubscribe',
    ];
    expect(seen.filter((one, at) => expected.includes(one) && seen.indexOf(one) === at)).toEqual(expected);
    expect(artifact.events.find(({ type }) => type === 'delta_run')).toMatchObject({ count: 3, method: 'item/agentMessage/delta' });
    expect(artifact.events.find(({ method, type }) => method === 'thread/tokenUsage/updated' && type !== 'delta_run')).toMatchObject({
      params: { tokenUsage: { total: { inputTokens: 31, outputTokens: 7 } } },
    });
    expect(framesNaming(artifact).size).toBe(1);
    // The keys and words of the installed protocol are all known: a new version that brings others is to be looked at.
    expect(JSON.stringify(artifact)).not.toContain('[redacted:content:keys]');
    expect(artifact.events.find(({ type }) => type === 'rpc_request')).toMatchObject({
      params: { ephemeral: true, approvalPolicy: 'never', sandbox: 'read-only', model: REAL_MODEL },
    });
    expect(artifact.events.find(({ method }) => method === 'turn/completed')).toMatchObject({
      params: { turn: { status: 'completed', items: [{ type: 'agentMessage' }] } },
    });
    const times = artifact.events.map((event) => (event.type === 'delta_run' ? event.first_at_ms : event.at_ms));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  /** A request with a word of its own in every place that a client can write to. */
  const place = (name: string): string => ['canary', name, 'tb8'].join('');
  const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const everywhere = {
    messages: [
      { role: 'system', name: place('name'), content: place('system') },
      { role: 'developer', content: [{ type: 'text', text: place('developer') }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: place('user') },
          { type: 'image_url', image_url: { url: `data:image/png;name=${place('file')};base64,${PIXEL}`, detail: 'high' } },
        ],
      },
      {
        role: 'assistant',
        content: place('assistant'),
        tool_calls: [
          {
            id: place('callid'),
            type: 'function',
            function: { name: place('calledtool'), arguments: JSON.stringify({ [place('argumentkey')]: place('argument') }) },
          },
        ],
      },
      { role: 'tool', tool_call_id: place('callid'), content: place('tooloutput') },
      { role: 'user', content: place('last') },
    ],
    tools: [
      {
        type: 'function',
        function: {
          name: place('tool'),
          description: place('description'),
          parameters: {
            type: 'object',
            title: place('title'),
            required: [place('property')],
            properties: {
              [place('property')]: {
                type: 'string',
                description: place('propertydescription'),
                enum: [place('enum')],
                default: place('default'),
                format: place('format'),
              },
              status: { const: place('const'), examples: [place('example')] },
            },
            $defs: { [place('definition')]: { type: 'string', $comment: place('comment') } },
          },
        },
      },
    ],
    metadata: { [place('metadatakey')]: place('metadata') },
    user: place('enduser'),
    prompt_cache_key: place('cachekey'),
    safety_identifier: place('safety'),
  };
  const structured = {
    messages: [{ role: 'user', content: place('structured') }],
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: place('schemaname'),
        description: place('schemadescription'),
        schema: {
          type: 'object',
          properties: { [place('answerproperty')]: { type: 'string' } },
          required: [place('answerproperty')],
          additionalProperties: false,
        },
      },
    },
  };

  test('leaves no word of what was asked or answered, and no secret, wherever it stood', async () => {
    provider.answer({ deltas: [WORDS.answer, WORDS.secret] });
    const sent: Response[] = [];
    const send = async (body: object): Promise<Response> => {
      const response = await proxy.chat({ model: REAL_MODEL, ...body });
      await response.text();
      sent.push(response);
      return response;
    };
    for (const body of [{ messages }, { messages, stream: true }]) await send(body);
    provider.answer({ deltas: [`{"${place('answerproperty')}":"${place('answervalue')}"}`] });
    await send(structured);
    provider.answer({
      deltas: [place('preface')],
      functionCalls: [
        {
          name: place('tool'),
          callId: place('modelcallid'),
          arguments: JSON.stringify({ [place('modelkey')]: place('modelargument'), salary: 86_753_090 }),
        },
      ],
    });
    const called = await send({ ...everywhere, stream: true });
    const error = { message: `${WORDS.failure} ${WORDS.providerKey} said ${WORDS.prompt}`, code: WORDS.failure };
    provider.answer({ deltas: [], fault: { kind: 'http', status: 400, body: { error } } });
    const failed = await send(everywhere);
    expect((await artifactOf(proxy, failed)).outcome).toBe('failed');
    expect(sent.map(({ status }) => status)).toEqual([200, 200, 200, 200, failed.status]);
    for (const response of sent) await artifactOf(proxy, response);
    const texts = namesIn(proxy).map((name) => {
      expect(name).toMatch(/^\d{8}T\d{6}\.\d{3}Z-req_[\w-]+\.json$/);
      expect(statSync(join(folderOf(proxy), name)).mode & 0o777).toBe(0o600);
      return readFileSync(join(folderOf(proxy), name), 'utf8');
    });
    expect(texts.length).toBeGreaterThanOrEqual(sent.length);
    for (const text of texts) {
      for (const word of Object.values(WORDS)) expect(text).not.toContain(word);
      for (const secret of [ADMIN, proxy.apiKey]) expect(text).not.toContain(secret);
      expect(text.match(/canary\w*|86753090/g)).toBeNull();
    }
    // What is left is worth reading: the dialogue, and which call is answered by what.
    const artifact = await artifactOf(proxy, called);
    const call = artifact.events.find(({ type }) => type === 'server_request');
    expect(call).toMatchObject({ method: 'item/tool/call', params: { arguments: '[redacted:content:object]' } });
    expect(artifact.events.find(({ method }) => method === 'thread/inject_items')).toMatchObject({
      params: {
        items: expect.arrayContaining([
          expect.objectContaining({ type: 'function_call', call_id: '[redacted:id:1]' }),
          expect.objectContaining({ type: 'function_call_output', call_id: '[redacted:id:1]' }),
        ]),
      },
    });
  });
});

test('many requests at once never mix their frames', async () => {
  const proxy = await startServing({ interDeltaMs: 1 }, ON);
  const counts = Array.from({ length: 64 }, (_, index) => index + 1);
  const responses = await Promise.all(
    counts.map(async (deltas, index) => {
      const response = await proxy.chat({ model: MODEL, stream: index % 2 === 0, messages: scripted({ deltas, interDeltaMs: index % 3 }) });
      await response.text();
      return response;
    }),
  );
  await untilEntries(proxy, counts.length);
  const threads = new Set<string>();
  for (const [index, response] of responses.entries()) {
    const artifact = await artifactOf(proxy, response);
    const deltas = artifact.events.reduce((sum, event) => sum + (event.type === 'delta_run' ? event.count : 0), 0);
    expect(deltas).toBe(counts[index]);
    const named = framesNaming(artifact);
    expect(named.size).toBe(1);
    for (const thread of named) threads.add(thread);
    expect(artifact.req_id).toBe(response.headers.get('x-request-id'));
  }
  expect(threads.size).toBe(counts.length);
});

test('capture is off until it is asked for, and is switched under load without a request noticing', async () => {
  const proxy = await startServing({ deltas: 5, interDeltaMs: 1 }, OFF);
  const statuses: number[] = [];
  let stop = false;
  const client = async (): Promise<void> => {
    while (!stop) {
      const response = await proxy.chat({ model: MODEL, stream: true, messages: [{ role: 'user', content: 'hi' }] });
      const text = await response.text();
      statuses.push(text.endsWith('data: [DONE]\n\n') && !text.includes('"error"') ? response.status : 0);
    }
  };
  const clients = Array.from({ length: 16 }, client);
  await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(32), { timeout: 10_000 });
  expect(await state(proxy)).toMatchObject({ enabled: false, entries: 0, max_files: 100, ttl_hours: 24 });
  await toggle(proxy, true);
  await vi.waitFor(async () => expect((await state(proxy)).entries).toBeGreaterThan(10), { timeout: 10_000 });
  await toggle(proxy, false);
  await toggle(proxy, true);
  await toggle(proxy, false);
  stop = true;
  await Promise.all(clients);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect((await state(proxy)).entries).toBeLessThanOrEqual(100);
  const toggles = proxy.log.all({ event: 'trace_buffer_toggled' });
  expect(toggles.map(({ from, to, source }) => [from, to, source])).toEqual([
    ['off', 'on', 'endpoint'],
    ['on', 'off', 'endpoint'],
    ['off', 'on', 'endpoint'],
    ['on', 'off', 'endpoint'],
  ]);
  expectRecords(toggles);
});

describe('the routes', () => {
  test('are the admin’s, and do not exist without an admin token', async () => {
    const proxy = await startServing({}, ON);
    expect((await proxy.fetch(PATH)).status).toBe(401);
    expect((await fetch(`${proxy.url}${PATH}/req_a`)).status).toBe(401);
    const bare = await startServing({}, { PROXY_API_KEY: ON.PROXY_API_KEY ?? '' });
    expect((await ask(bare)).status).toBe(404);
  });

  test('refuse what is wrong with an envelope, and note it in the record', async () => {
    const proxy = await startServing({}, ON);
    const cases: readonly [string, RequestInit, number, string][] = [
      [`${PATH}/req_none`, {}, 404, 'not_found'],
      [`${PATH}/..%2f..%2fcredentials.json`, {}, 404, 'not_found'],
      [PATH, { method: 'POST', body: '{"enabled":1}' }, 400, 'invalid_request'],
      [PATH, { method: 'POST', body: '{' }, 400, 'invalid_json'],
      [`${PATH}?older_than_seconds=x`, { method: 'DELETE' }, 400, 'invalid_request'],
      [PATH, { method: 'PUT' }, 405, 'method_not_allowed'],
    ];
    for (const [path, init, status, code] of cases) {
      const response = await ask(proxy, path, init);
      expect([path, response.status, await response.json()]).toMatchObject([path, status, { error: { code } }]);
      expect((await proxy.terminalOf(response)).error_code).toBe(code);
    }
  });
});

describe('retention', () => {
  const nameAt = (atMs: number, id: string): string => `${new Date(atMs).toISOString().replaceAll(/[-:]/g, '')}-${id}.json`;

  function leave(folder: string, atMs: number, id: string): void {
    const path = join(folder, nameAt(atMs, id));
    writeFileSync(path, '{}');
    utimesSync(path, atMs / 1_000, atMs / 1_000);
  }

  test('is kept from start to end, with its log fields and its metrics', async () => {
    const stateDir = temporaryFolder();
    const folder = join(stateDir, 'trace-buffer');
    mkdirSync(folder, { mode: 0o700 });
    const nowMs = Date.now();
    for (let index = 0; index < 300; index += 1) leave(folder, nowMs - 25 * HOUR_MS - index, `req_old${index}`);
    for (let index = 0; index < 20; index += 1) leave(folder, nowMs - HOUR_MS - index, `req_young${index}`);
    writeFileSync(join(folder, 'notes.txt'), 'foreign');
    const proxy = await startServing({}, { ...ON, PROXY_STATE_DIR: stateDir, PROXY_TRACE_BUFFER_MAX_FILES: '10' });
    await vi.waitFor(() => expect(readdirSync(folder)).toHaveLength(11), { timeout: 10_000 });
    for (let sent = 0; sent < 4; sent += 1) await (await proxy.chat({ model: MODEL, messages: [{ role: 'user', content: 'hi' }] })).text();
    const isNew = (name: string): boolean => !/old|young|notes/.test(name);
    await vi.waitFor(() => expect(readdirSync(folder).filter(isNew)).toHaveLength(4), { timeout: 10_000 });
    await vi.waitFor(() => expect(readdirSync(folder)).toHaveLength(11));
    expect((await ask(proxy, PATH, { method: 'DELETE' })).status).toBe(200);
    expect(readdirSync(folder)).toEqual(['notes.txt']);

    const prunes = proxy.log.all({ event: 'trace_buffer_pruned' });
    const sum = (reason: string): number =>
      prunes.filter((line) => line.reason === reason).reduce((total, line) => total + Number(line.count), 0);
    expect({ age: sum('age'), count: sum('count'), purge: sum('purge') }).toEqual({ age: 300, count: 14, purge: 10 });
    expectRecords(prunes);
    for (const line of prunes) {
      expect(line).toMatchObject({ level: 'info', component: 'trace_buffer', worker_event: 'trace_buffer_prune' });
      expect(line.bytes).toBeTypeOf('number');
    }
    await expect(proxy.metric('codex_trace_buffer_entries')).resolves.toBe(0);
    for (const [reason, count] of [
      ['age', 300],
      ['count', 14],
      ['purge', 10],
      ['superseded', 0],
    ] as const) {
      await expect(proxy.metric(`codex_trace_buffer_pruned_total{reason="${reason}"}`)).resolves.toBe(count);
    }
  });

  test('is kept while capture is off', async () => {
    const stateDir = temporaryFolder();
    mkdirSync(join(stateDir, 'trace-buffer'));
    leave(join(stateDir, 'trace-buffer'), Date.now() - 25 * HOUR_MS, 'req_old');
    await startServing({}, { ...OFF, PROXY_STATE_DIR: stateDir });
    await vi.waitFor(() => expect(readdirSync(join(stateDir, 'trace-buffer'))).toEqual([]), { timeout: 10_000 });
  });
});

interface Trouble {
  /** Makes it impossible to write to the folder. */
  begin(folder: string): void;
  end(folder: string): void;
}

const IN_THE_WAY: Trouble = {
  begin: (folder) => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'in the way');
  },
  end: rmSync,
};

const FULL_DISK: Trouble = {
  begin: (folder) => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k,mode=0700', 'tmpfs', folder]);
    onTestFinished(() => {
      execFileSync('umount', ['--lazy', folder]);
    });
    execFileSync('/bin/sh', ['-c', `cat /dev/zero > '${folder}/filler' 2>/dev/null || true`]);
  },
  end: (folder) => {
    rmSync(join(folder, 'filler'));
  },
};

/** A disk that is really full where this machine lets us mount one. */
function troubles(): [string, Trouble][] {
  const everywhere: [string, Trouble][] = [['that is none', IN_THE_WAY]];
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return process.getuid?.() === 0 ? [...everywhere, ['on a full disk (ENOSPC)', FULL_DISK]] : everywhere;
  } catch {
    return everywhere;
  }
}

test.each(troubles())(
  'a folder %s costs traces, never a request, and readiness says so until it can be written to',
  async (_kind, trouble) => {
    const proxy = await startServing({}, ON);
    await vi.waitFor(() => expect(namesIn(proxy)).toEqual([]));
    trouble.begin(folderOf(proxy));
    for (let sent = 0; sent < 5; sent += 1) {
      expect((await proxy.chat({ model: MODEL, messages: [{ role: 'user', content: 'hi' }] })).status).toBe(200);
    }
    await vi.waitFor(async () => expect(await proxy.metric('codex_trace_buffer_write_errors_total')).toBe(5), { timeout: 10_000 });
    expect(await proxy.readiness()).toMatchObject({ status: 200, body: { status: 'degraded', degraded: ['trace_buffer'] } });
    const failures = proxy.log.all({ event: 'trace_buffer_failed', reason: 'write_failed' });
    expect(failures).toHaveLength(1);
    expectRecords(failures);
    trouble.end(folderOf(proxy));
    await (await proxy.chat({ model: MODEL, messages: [{ role: 'user', content: 'hi' }] })).text();
    expectRecords([await proxy.log.waitFor({ event: 'trace_buffer_recovered', reason: 'write_failed' })]);
    await vi.waitFor(async () => expect((await proxy.readiness()).body.status).toBe('ok'), { timeout: 10_000 });
    await untilEntries(proxy, 1);
  },
);

/** What `docs/app-server-migration/trace-buffer.md` tells an operator to type. */
function documentedCommands(): string[] {
  const guide = readFileSync(join(import.meta.dirname, '../../../../docs/app-server-migration/trace-buffer.md'), 'utf8');
  return [...guide.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '');
}

test('the commands of the guide do what it says', async () => {
  const folder = temporaryFolder();
  const proxy = await startTestProxy({ ...OFF, PROXY_PROVIDER: 'demo', PROXY_STATE_DIR: join(folder, 'state') });
  onTestFinished(async () => proxy.remove());
  await proxy.log.waitFor({ event: 'worker_started' });
  let requestId = 'req_none';
  const outputs: string[] = [];
  for (const command of documentedCommands()) {
    const env = {
      PATH: process.env.PATH,
      PROXY_URL: proxy.url,
      PROXY_ADMIN_TOKEN: ADMIN,
      STATE: join(folder, 'state'),
      REQUEST_ID: requestId,
      NO_PROXY: '*',
    };
    const { stdout } = await promisify(execFile)('/bin/bash', ['-euo', 'pipefail', '-c', command], { env });
    outputs.push(stdout.trim());
    if (outputs.length === 1) {
      const response = await proxy.chat({ model: proxy.running.models()[0], messages: [{ role: 'user', content: 'hi' }] });
      await response.text();
      requestId = response.headers.get('x-request-id') ?? '';
      await artifactOf(proxy, response);
    }
  }
  const [enabled, listed, shown, timeline, files, gauges, purgedOld, purgedAll, disabled] = outputs;
  expect(traceBufferStateSchema.parse(JSON.parse(enabled ?? ''))).toMatchObject({ enabled: true, entries: 0 });
  expect(traceBufferStateSchema.parse(JSON.parse(listed ?? '')).artifacts.map(({ request_id }) => request_id)).toEqual([requestId]);
  expect(traceArtifactSchema.parse(JSON.parse(shown ?? '')).req_id).toBe(requestId);
  expect(timeline).toMatch(/^ *0 to_worker {3}rpc_request +thread\/start/m);
  expect(timeline).toMatch(/delta_run +item\/agentMessage\/delta/);
  expect(files).toContain(`-${requestId}.json`);
  expect(gauges).toMatch(/^codex_trace_buffer_entries 1$/m);
  expect(JSON.parse(purgedOld ?? '')).toEqual({ purged: 0 });
  expect(JSON.parse(purgedAll ?? '')).toEqual({ purged: 1 });
  expect(traceBufferStateSchema.parse(JSON.parse(disabled ?? ''))).toMatchObject({ enabled: false, entries: 0 });
});
