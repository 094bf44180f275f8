import { once, EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Supervisor } from '@codex-proxy/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UNREAD_NOTIFICATIONS, type ClientTool, type HistoryItem, type UserInput } from '../../src/protocol/messages.ts';
import { answerServerRequest, PLANNED_METHODS } from '../../src/turns/server-request-policy.ts';
import { CodexProtocol } from '../rig/codex-protocol.ts';
import { peerDesk, runTurn } from '../rig/peer-desk.ts';
import type { SentFrame } from '../rig/stream-peer.ts';
import {
  deltaFrame,
  errorFrame,
  itemCompleted,
  rawCall,
  responseCompleted,
  toolCall,
  turnCompleted,
  usageUpdated,
} from '../rig/worker-frames.ts';
import { OTHER_OBJECT_KINDS, STATUS_KINDS, STRING_KINDS } from '../turns/failure-table.ts';

/** Server requests of this protocol that get an error on purpose: they serve clients that log users in. */
const REFUSED_METHODS = ['account/chatgptAuthTokens/refresh', 'attestation/generate'];

let protocol: CodexProtocol;
beforeAll(() => {
  protocol = new CodexProtocol();
});
afterAll(() => {
  protocol.remove();
});

const HISTORY: readonly HistoryItem[] = [
  { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be brief.' }] },
  {
    type: 'message',
    role: 'user',
    content: [
      { type: 'input_text', text: 'What is this?' },
      { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'high' },
    ],
  },
  { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'A dot.' }] },
  { type: 'function_call', name: 'look', arguments: '{}', call_id: 'call_1' },
  { type: 'function_call_output', call_id: 'call_1', output: 'nothing' },
];

const TOOLS: readonly ClientTool[] = [{ name: 'look', description: 'Looks', inputSchema: { type: 'object', properties: {} } }];

const INPUT: readonly UserInput[] = [
  { type: 'text', text: 'And this?', text_elements: [] },
  { type: 'image', url: 'data:image/png;base64,AA==', detail: 'auto' },
];

/** Every frame of a turn that is interrupted. */
async function framesOfTurn(agentTools: boolean): Promise<SentFrame[]> {
  const { open, submit } = peerDesk({ agentTools });
  const peer = open();
  const { turn } = submit({
    history: HISTORY,
    input: INPUT,
    tools: TOOLS,
    effort: 'low',
    outputSchema: { type: 'object' },
    instructions: 'Be kind.',
  });
  await runTurn(peer);
  turn.abort();
  await peer.write(turnCompleted('thr', 'interrupted'));
  await peer.answer('thread/unsubscribe', { result: { status: 'unsubscribed' } });
  return peer.frames;
}

/** The first two frames of a worker's life, as `tee` hears them: it sends them back, which makes a server request of the first. */
async function framesOfHandshake(): Promise<SentFrame[]> {
  const folder = mkdtempSync(join(tmpdir(), 'handshake-'));
  const echoes = new EventEmitter();
  const heard = once(echoes, 'initialize');
  const supervisor = new Supervisor({
    command: () => ({ file: '/usr/bin/tee', args: [join(folder, 'frames')], cwd: folder, env: {} }),
    clientInfo: { name: 'test', title: 'Test', version: '1.0.0' },
    threadCwd: folder,
    redactText: (text) => text,
    events: { onServerRequest: ({ method }) => echoes.emit(method) },
  });
  supervisor.start();
  await heard;
  await supervisor.stop(0);
  const [first = ''] = readFileSync(join(folder, 'frames'), 'utf8').split('\n');
  rmSync(folder, { recursive: true });
  return [JSON.parse(first)];
}

describe('what is sent', () => {
  test.each([
    ['the handshake', framesOfHandshake],
    ['a plain turn', () => framesOfTurn(false)],
    ['a turn with agent tools', () => framesOfTurn(true)],
  ])('%s is the protocol of the installed binary, key by key', async (_, frames) => {
    for (const { method = '', id, params } of await frames()) {
      expect(protocol.problemsOfFrame('ClientRequest', { method, ...{ id, params } })).toEqual([]);
    }
  });

  test('all methods of a turn were looked at', async () => {
    const methods = (await framesOfTurn(false)).map((frame) => frame.method);
    expect(methods).toEqual(['thread/start', 'thread/inject_items', 'turn/start', 'turn/interrupt', 'thread/unsubscribe']);
  });

  test('items of a history are Responses API items', () => {
    for (const item of HISTORY) expect(protocol.problemsOfType('ResponseItem', item)).toEqual([]);
  });

  test('methods that are asked for by name exist', () => {
    expect(protocol.methods('ClientRequest')).toEqual(expect.arrayContaining(['model/list', 'thread/loaded/list']));
    expect(protocol.methods('ClientNotification')).toEqual(['initialized']);
  });

  test('the check itself finds keys that the protocol does not know', () => {
    const wrong = [
      { id: 1, method: 'turn/interrupt', params: { threadId: 't', turnId: 'u', reason: 'x' } },
      { id: 1, method: 'turn/start', params: { threadId: 't', input: [{ type: 'image', url: 'data:,', quality: 1 }] } },
      { id: 1, method: 'turn/begin', params: {} },
    ];
    for (const frame of wrong) expect(protocol.problemsOfFrame('ClientRequest', frame)).not.toEqual([]);
  });
});

describe('what is read', () => {
  const usage = { inputTokens: 4, cachedInputTokens: 3, outputTokens: 2, reasoningOutputTokens: 1 };
  const read = [
    deltaFrame('t', 'x'),
    itemCompleted('t', 'x'),
    usageUpdated('t', usage),
    errorFrame('t', true, { message: 'no', codexErrorInfo: 'other' }),
    ...['completed', 'interrupted', 'failed'].map((status) => turnCompleted('t', status)),
    ...Object.keys(STRING_KINDS).map((codexErrorInfo) => turnCompleted('t', 'failed', { message: 'no', codexErrorInfo })),
    ...STATUS_KINDS.map((kind) => turnCompleted('t', 'failed', { message: 'no', codexErrorInfo: { [kind]: { httpStatusCode: 500 } } })),
    ...Object.entries(OTHER_OBJECT_KINDS).map(([kind, detail]) =>
      turnCompleted('t', 'failed', { message: 'no', codexErrorInfo: { [kind]: detail } }),
    ),
  ];

  test('the frames that other tests make of it are of the protocol', () => {
    for (const frame of read) expect(protocol.problemsOfFrame('ServerNotification', frame), JSON.stringify(frame)).toEqual([]);
  });

  test('so are those that the protocol keeps out of its union', () => {
    const unlisted = {
      RawResponseItemCompletedNotification: [rawCall('t', 'c', 'look', '{}')],
      RawResponseCompletedNotification: [responseCompleted('t', usage), responseCompleted('t', null)],
    };
    for (const [type, frames] of Object.entries(unlisted)) {
      for (const { method, params } of frames) {
        expect(protocol.problemsOfType(type, params), method).toEqual([]);
        expect(protocol.methods('ServerNotification')).toContain(method);
      }
    }
  });

  test('the request of the worker that other tests make of it is of the protocol', () => {
    expect(protocol.problemsOfFrame('ServerRequest', toolCall(1, 't', 'c', 'look', { at: 'x' }))).toEqual([]);
  });

  test('answers hold what is taken from them', () => {
    expect(protocol.required('v1/InitializeResponse')).toContain('userAgent');
    expect(protocol.required('v2/ThreadStartResponse')).toContain('thread');
    expect(protocol.required('v2/TurnStartResponse')).toContain('turn');
    for (const name of ['Thread', 'Turn']) expect(protocol.definition(name).required).toContain('id');
  });

  test('the table of failures covers every kind of error', () => {
    const kinds = (protocol.definition('CodexErrorInfo').anyOf ?? []).flatMap((one) => one.enum ?? one.required ?? []);
    expect(kinds.toSorted()).toEqual([...Object.keys(STRING_KINDS), ...STATUS_KINDS, ...Object.keys(OTHER_OBJECT_KINDS)].toSorted());
  });
});

describe('what is not read', () => {
  test('notifications that the worker is asked to keep exist, and none of those that are read is among them', () => {
    const known = protocol.methods('ServerNotification');
    expect(known).toEqual(expect.arrayContaining([...UNREAD_NOTIFICATIONS]));
    const read = [
      'item/agentMessage/delta',
      'item/completed',
      'thread/tokenUsage/updated',
      'turn/completed',
      'error',
      'rawResponseItem/completed',
      'rawResponse/completed',
    ];
    expect(UNREAD_NOTIFICATIONS.filter((method) => read.includes(method))).toEqual([]);
  });
});

describe('requests of the worker', () => {
  test('each has a planned answer or is refused on purpose', () => {
    expect([...PLANNED_METHODS, ...REFUSED_METHODS].toSorted()).toEqual(protocol.methods('ServerRequest').toSorted());
  });

  test.each(PLANNED_METHODS)('the answer to %s is one that the worker understands', (method) => {
    const { outcome } = answerServerRequest(method, Date.now());
    expect(protocol.problemsOfAnswer(method, 'result' in outcome ? outcome.result : undefined)).toEqual([]);
  });
});
