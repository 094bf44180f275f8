import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { RequestRecord } from '../../src/ingress/request-record.ts';
import { ChatAnswer, type ChatAnswerOptions } from '../../src/openai/chat-completion.ts';
import { reader } from '../support/textual.ts';

const USAGE = { inputTokens: 3, cachedInputTokens: 1, outputTokens: 4, reasoningOutputTokens: 2 };
const CALL = { callId: 'c1', tool: 'look', arguments: '{"at":1.0}' };

/** The answer that a client gets when `drive` has played a turn. */
async function answered(drive: (answer: ChatAnswer) => void, settings: Partial<ChatAnswerOptions> = {}) {
  const record = new RequestRecord({ suffix: 'abc', clientRequestId: undefined, method: 'POST', route: '/', startedAtMs: 900 });
  const server = createServer((_request, response) => {
    const onSettled = (): void => undefined;
    const common = { response, record, model: 'm', created: 7, mustCall: false, readText: reader(), onStop: () => undefined };
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
