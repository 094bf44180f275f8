import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeScriptedWorker, type ScriptedWorkerOptions } from '../src/index.ts';
import { LineClient, type Frame } from './rig/line-client.ts';

let folder = '';
let clients: LineClient[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scripted-worker-'));
});

afterEach(() => {
  for (const client of clients) client.signal('SIGKILL');
  clients = [];
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: ScriptedWorkerOptions = {}): Promise<LineClient> {
  const client = new LineClient(await writeScriptedWorker(folder, options), ['app-server']);
  clients.push(client);
  return client;
}

function again(): LineClient {
  const client = new LineClient(join(folder, 'scripted-worker'), ['app-server']);
  clients.push(client);
  return client;
}

function methods(client: LineClient): unknown[] {
  return client.frames.map((frame) => frame.method).filter((method) => method !== undefined);
}

function text(client: LineClient): string {
  return client.frames
    .filter((frame) => frame.method === 'item/agentMessage/delta')
    .map((frame) => /"delta":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(frame.params))?.[1] ?? '""')
    .map((json) => String(JSON.parse(json)))
    .join('');
}

function turnStatus(end: Frame): string {
  return /"status":"(\w+)"/.exec(JSON.stringify(end.params))?.[1] ?? '';
}

describe('turns', () => {
  test('send their deltas, the whole text, the usage and the end', async () => {
    const client = await start({ deltas: ['1', '0', '00', ' "é"\n'] });
    await client.startTurn();
    expect(turnStatus(await client.turnEnd())).toBe('completed');
    expect(text(client)).toBe('1000 "é"\n');
    expect(methods(client).slice(-3)).toEqual(['item/completed', 'thread/tokenUsage/updated', 'turn/completed']);
  });

  const toolCalls = [
    { tool: 'look', callId: 'c1', arguments: '{"at": 1.0}' },
    { tool: 'take', callId: 'c2' },
  ];
  const asked = (client: LineClient): Frame[] => client.frames.filter((frame) => frame.method === 'item/tool/call');

  test('call tools, and go on when every call is answered', async () => {
    const client = await start({ deltas: ['Let me look.'], toolCalls });
    await client.startTurn();
    await client.waitFor((frame) => frame.method === 'item/tool/call' && JSON.stringify(frame.params).includes('"c1"'));
    expect(methods(client).slice(-6)).toEqual([
      'item/completed',
      'rawResponseItem/completed',
      'rawResponseItem/completed',
      'rawResponse/completed',
      'item/tool/call',
      'item/tool/call',
    ]);
    expect(client.raw.join()).toContain('"arguments":"{\\"at\\": 1.0}","call_id":"c1"');
    expect(asked(client).map((frame) => frame.params)).toMatchObject([
      { callId: 'c2', tool: 'take', arguments: {} },
      { callId: 'c1', tool: 'look', arguments: { at: 1 } },
    ]);
    for (const { id } of asked(client)) client.send({ jsonrpc: '2.0', id, result: { contentItems: [], success: false } });
    expect(turnStatus(await client.turnEnd())).toBe('completed');
    expect(text(client)).toBe('Let me look. It was declined.');
  });

  test('that are interrupted with calls pending end, and may call late', async () => {
    const client = await start({ toolCalls, lateCalls: true, withoutRawEvents: true });
    const threadId = await client.startTurn();
    await client.waitFor((frame) => frame.method === 'item/tool/call');
    await client.request('turn/interrupt', { threadId, turnId: 'any' });
    expect(turnStatus(await client.turnEnd())).toBe('interrupted');
    await client.waitFor(() => asked(client).length === 6);
    expect(methods(client).at(-1)).toBe('item/tool/call');
  });

  test('end with the process after their calls, if so told', async () => {
    const client = await start({ toolCalls, exitAfterCalls: true });
    await client.startTurn();
    expect(await client.exited).toBe(6);
  });

  test('obey a script in their prompt', async () => {
    const client = await start();
    await client.startTurn('!script {"deltas":["only \\"this\\""],"interDeltaMs":1}');
    await client.turnEnd();
    expect(text(client)).toBe('only "this"');
  });

  test('can be interrupted while they hang', async () => {
    const client = await start({ hang: true });
    const threadId = await client.startTurn();
    await client.request('turn/interrupt', { threadId, turnId: 'any' });
    expect(turnStatus(await client.turnEnd())).toBe('interrupted');
  });

  test('fail with the error that is asked for', async () => {
    const client = await start({ fail: { message: 'no room', codexErrorInfo: 'contextWindowExceeded' } });
    await client.startTurn();
    const end = await client.turnEnd();
    expect(turnStatus(end)).toBe('failed');
    expect(JSON.stringify(end)).toContain('contextWindowExceeded');
  });

  test.each<[string, ScriptedWorkerOptions]>([
    ['garbage', { garbage: true }],
    ['half lines', { halfLines: true }],
    ['a huge line', { hugeLineBytes: 200_000 }],
    ['wrong ids', { wrongIds: true }],
    ['a flood', { flood: 500 }],
  ])('still end when there is %s', async (_fault, options) => {
    const client = await start({ ...options, deltas: ['é', '漢'] });
    await client.startTurn();
    await client.turnEnd();
    expect(text(client)).toBe('é漢');
  });

  test('repeat themselves after a retry, as the real worker does', async () => {
    const client = await start({ deltas: ['a', 'b'], retry: true });
    await client.startTurn();
    await client.turnEnd();
    expect(text(client)).toBe('abab');
    expect(methods(client)).toContain('error');
  });

  test('wait for the answers to their questions', async () => {
    const client = await start({ serverRequests: [{ method: 'execCommandApproval' }] });
    await client.startTurn();
    const question = await client.waitFor((frame) => frame.method === 'execCommandApproval');
    expect(methods(client)).not.toContain('turn/completed');
    client.send({ jsonrpc: '2.0', id: question.id, result: { decision: 'denied' } });
    await client.turnEnd();
  });

  test('can take the process with them', async () => {
    const client = await start({ deltas: 5, exitAfterDeltas: 2, exitCode: 9 });
    await client.startTurn();
    expect(await client.exited).toBe(9);
    expect(text(client)).toBe('word word ');
  });

  test('can have it killed', async () => {
    const client = await start({ exitAfterDeltas: 0, exitSignal: 'SIGKILL' });
    await client.startTurn();
    expect(await client.exited).toBe('SIGKILL');
  });
});

describe('the process', () => {
  test('ends with its input', async () => {
    const client = await start();
    client.closeInput();
    expect(await client.exited).toBe(0);
  });

  test('can fail its first starts', async () => {
    expect(await (await start({ failedStarts: 2 })).exited).toBe(3);
    expect(await again().exited).toBe(3);
    await again().startTurn();
  });

  test('can exit on a method, so often', async () => {
    const client = await start({ exitOn: { method: 'thread/start', count: 1 } });
    void client.startTurn();
    expect(await client.exited).toBe(4);
    await again().startTurn();
  });

  test('can outlive SIGTERM and the end of its input', async () => {
    const client = await start({ ignoreSigterm: true, ignoreStdinEnd: true });
    await client.request('initialize');
    client.signal('SIGTERM');
    await client.startTurn();
    client.closeInput();
    client.signal('SIGKILL');
    expect(await client.exited).toBe('SIGKILL');
  });

  test('keeps a journal', async () => {
    const journal = join(folder, 'journal');
    const client = await start({ journal });
    await client.startTurn('remember me');
    expect(readFileSync(journal, 'utf8')).toContain('remember me');
  });

  test('refuses what it is told to refuse, and what it does not know', async () => {
    const client = await start({ refuse: { 'thread/start': { code: -32_001, message: 'later' } } });
    expect(await client.request('thread/start')).toMatchObject({ error: { code: -32_001, message: 'later' } });
    expect(await client.request('no/such')).toMatchObject({ error: { code: -32_600 } });
  });

  test('is an app server and nothing else', async () => {
    await start();
    const other = new LineClient(join(folder, 'scripted-worker'), ['debug', 'models']);
    expect(await other.exited).toBe(64);
  });
});
