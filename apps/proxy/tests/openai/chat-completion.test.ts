import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { RequestRecord } from '../../src/ingress/request-record.ts';
import { ChatAnswer, type ChatAnswerOptions } from '../../src/openai/chat-completion.ts';
import { readTextOf } from '../../src/openai/textual-tools.ts';
import { reader, recordedEvents, TEXTUAL_DEFAULTS } from '../support/textual.ts';

const USAGE = { inputTokens: 3, cachedInputTokens: 1, outputTokens: 4, reasoningOutputTokens: 2 };
const CALL = { callId: 'c1', tool: 'look', arguments: '{"at":1.0}' };

/** The answer that a client gets when `drive` has played a turn. */
async function answered(drive: (answer: ChatAnswer) => void, settings: Partial<ChatAnswerOptions> = {}) {
  const record = new RequestRecord({ suffix: 'abc', clientRequestId: undefined, method: 'POST', route: '/', startedAtMs: 900 });
  const server = createServer((_request, response) => {
    const onSettled = (): void => undefined;
    const common = {
      response,
      record,
      model: 'm',
      created: 7,
      mustCall: false,
      parallelCalls: true,
      offeredTools: [],
      onNativeCall: () => undefined,
      paramOf: () => undefined,
      readText: reader(),
      onStop: () => undefined,
    };
    drive(new ChatAnswer({ ...common, monotonicMs: () => 1_000, onSettled, ...settings }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const response = await fetch(`http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`, {
    headers: { connection: 'close' },
  });
  return { record, status: response.status, body: JSON.parse(await response.text()) };
}

test('calls are in the message, with the text before them', async () => {
  const { body, record } = await answered((answer) => {
    answer.onDelta('Let me look.');
    answer.onToolCall(CALL);
    answer.onEnd({ kind: 'completed', finishReason: 'tool_calls', usage: USAGE });
  });
  const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":1.0}' } };
  expect(body.choices).toEqual([
    {
      index: 0,
      message: { role: 'assistant', content: 'Let me look.', refusal: null, tool_calls: [call] },
      logprobs: null,
      finish_reason: 'tool_calls',
    },
  ]);
  expect(record).toMatchObject({ deltaCount: 2, firstDeltaAtMs: 1_000, finishReason: 'tool_calls', usage: USAGE });
});

test('the content is null with calls alone, and a text without', async () => {
  const calling = await answered((answer) => {
    answer.onToolCall(CALL);
    answer.onEnd({ kind: 'completed', finishReason: 'tool_calls' });
  });
  expect(calling.body.choices[0].message.content).toBeNull();
  const silent = await answered((answer) => {
    answer.onEnd({ kind: 'completed', finishReason: 'stop' });
  });
  expect(silent.body.choices[0].message).toEqual({ role: 'assistant', content: '', refusal: null });
});

test('an answer that is begun anew is forgotten, with its calls', async () => {
  const { body } = await answered((answer) => {
    answer.onDelta('one');
    answer.onToolCall(CALL);
    expect(answer.onAnswerRestarted()).toBe(true);
    answer.onDelta('two');
    answer.onEnd({ kind: 'completed', finishReason: 'stop' });
  });
  expect(body.choices[0].message).toEqual({ role: 'assistant', content: 'two', refusal: null });
});

test('an answer without the call that was demanded is an error', async () => {
  const { status, body, record } = await answered(
    (answer) => {
      answer.onDelta('No.');
      answer.onEnd({ kind: 'completed', finishReason: 'stop', usage: USAGE });
    },
    { mustCall: true },
  );
  expect([status, body.error.code]).toEqual([502, 'provider_error']);
  expect([record.failed, record.usage]).toEqual([true, USAGE]);
});

const BLOCK = '<use_tool><name>look</name><at>1.0</at></use_tool>';

test('calls that are written as text are calls, and what stands around them is content', async () => {
  const { body, record } = await answered((answer) => {
    for (const piece of [`Well. ${BLOCK.slice(0, 20)}`, `${BLOCK.slice(20)} Done.`]) answer.onDelta(piece);
    answer.onEnd({ kind: 'completed', finishReason: 'stop', usage: USAGE });
  });
  expect(body.choices[0]).toMatchObject({
    message: { content: 'Well.  Done.', tool_calls: [{ type: 'function', function: { name: 'look', arguments: '{"at":"1.0"}' } }] },
    finish_reason: 'tool_calls',
  });
  expect(record.finishReason).toBe('tool_calls');
});

test('an answer that is begun anew forgets what was held back, and what was called', async () => {
  const heard: string[] = [];
  const { body } = await answered(
    (answer) => {
      answer.onDelta(`${BLOCK} <use_tool>half`);
      expect(answer.onAnswerRestarted()).toBe(true);
      answer.onDelta('again');
      answer.onEnd({ kind: 'completed', finishReason: 'stop' });
    },
    { readText: reader({}, heard) },
  );
  expect(body.choices[0].message).toEqual({ role: 'assistant', content: 'again', refusal: null });
  expect(heard).toEqual(['started', 'flushed', 'started', 'aborted disconnect']);
});

test('enough calls end the answer, and the turn with it', async () => {
  let stops = 0;
  const { body } = await answered(
    (answer) => {
      answer.onDelta(`${BLOCK}${BLOCK}${BLOCK}`);
      answer.onEnd({ kind: 'completed', finishReason: 'stop', usage: USAGE });
    },
    { readText: reader({ stopAfterTools: 2 }), onStop: () => (stops += 1) },
  );
  expect(body.choices[0].message.tool_calls).toHaveLength(2);
  expect(body.usage).toBeUndefined();
  expect(stops).toBe(1);
});

test('text that is held back when a call comes that is no text stands before it', async () => {
  const heard: string[] = [];
  const { body } = await answered(
    (answer) => {
      answer.onDelta('a <use_tool>half');
      answer.onToolCall(CALL);
      answer.onDelta(' b');
      answer.onEnd({ kind: 'completed', finishReason: 'tool_calls' });
    },
    { readText: reader({}, heard) },
  );
  expect(body.choices[0].message).toMatchObject({ content: 'a <use_tool>half b', tool_calls: [{ id: 'c1' }] });
  expect(heard).toEqual(['started', 'aborted unterminated']);
});

test('where an answer can have but one call, it has the first, written or not', async () => {
  const namesOf = async (drive: (answer: ChatAnswer) => void) => {
    const readText = readTextOf({ model: 'm', messages: [], parallel_tool_calls: false }, TEXTUAL_DEFAULTS, recordedEvents([]));
    const settings = { readText, parallelCalls: false };
    const { body } = await answered((answer) => {
      drive(answer);
      answer.onEnd({ kind: 'completed', finishReason: 'tool_calls' });
    }, settings);
    return [body.choices[0].message.content, ...body.choices[0].message.tool_calls.map((call: { id: string }) => call.id === 'c1')];
  };
  expect(await namesOf((answer) => (answer.onToolCall(CALL), answer.onDelta(BLOCK)))).toEqual([null, true]);
  expect(await namesOf((answer) => (answer.onDelta(BLOCK), answer.onToolCall(CALL)))).toEqual([null, false]);
});

test('an answer that was ended early says so in its record, for its tokens are not known', async () => {
  const { record } = await answered((answer) => answer.onDelta(BLOCK), {
    readText: reader({ stopAfterTools: Infinity, stopAfterToolsMode: 'first' }),
  });
  const end = { status: 200, delivered: true, endedAtMs: 1_000, bytes: 0 };
  const system = { workerState: 'ready', restartCount: 0, maintenanceMode: false };
  expect(record.terminal(end, system)).toMatchObject({ outcome: 'completed', reason: 'stopped_after_tools', tokens_response: undefined });
  expect(record.terminal({ ...end, delivered: false }, system).reason).toBeUndefined();
});

test('a client that left is told to the buffer', () => {
  const heard: string[] = [];
  const record = new RequestRecord({ suffix: 'abc', clientRequestId: undefined, method: 'POST', route: '/', startedAtMs: 900 });
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const common = {
    response,
    record,
    model: 'm',
    created: 7,
    mustCall: false,
    parallelCalls: true,
    offeredTools: [],
    onNativeCall: () => undefined,
    paramOf: () => undefined,
  };
  const none = (): void => undefined;
  const answer = new ChatAnswer({ ...common, readText: reader({}, heard), onStop: none, monotonicMs: () => 0, onSettled: none });
  answer.onDelta('a <use_tool>half');
  answer.disconnect();
  answer.onDelta('more');
  answer.onToolCall(CALL);
  expect(heard).toEqual(['started', 'aborted disconnect']);
});

test('a refusal names the parameter that it is about, if it is known', async () => {
  const failure = { code: 'invalid_request' as const, message: 'not that' };
  const fail = async (code: 'invalid_request' | 'provider_error') =>
    answered((answer) => answer.onEnd({ kind: 'failed', failure: { ...failure, code } }), { paramOf: (message) => `param of ${message}` });
  expect(await fail('invalid_request')).toMatchObject({ status: 400, body: { error: { param: 'param of not that' } } });
  expect((await fail('provider_error')).body.error.param).toBeUndefined();
});
