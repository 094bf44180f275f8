import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { peerDesk } from '../rig/peer-desk.ts';
import { delivered, type StreamPeer } from '../rig/stream-peer.ts';
import { deltaFrame, rawCall, rawItem, responseCompleted, toolCall, turnCompleted, usageUpdated } from '../rig/worker-frames.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const tools = ['look', 'take'].map((name) => ({ name, description: `To ${name}`, inputSchema: { type: 'object' } }));
const USAGE = { inputTokens: 7, cachedInputTokens: 2, outputTokens: 5, reasoningOutputTokens: 1 };
const call = (callId: string, tool: string, text: string): object => ({ callId, tool, arguments: text });

/** A turn with tools that the model is at work on. */
async function running(more: Parameters<ReturnType<typeof peerDesk>['submit']>[0] = {}) {
  const rig = peerDesk({ idleTimeoutMs: 60_000, requestTimeoutMs: 600_000 });
  const peer = rig.open();
  const { turn, observer } = rig.submit({ tools, ...more });
  await peer.answer('thread/start', { result: { thread: { id: 'thr' } } });
  await peer.answer('turn/start', { result: { turn: { id: 'turn_1' } } });
  return { ...rig, peer, turn, observer };
}

/** Requests of the worker that were answered, and whether as a success. */
function answered(peer: StreamPeer): [unknown, unknown][] {
  return peer.frames.flatMap(({ id, method, result }) =>
    method === undefined && typeof result === 'object' && result !== null && 'success' in result ? [[id, result.success]] : [],
  );
}

async function interrupted(peer: StreamPeer): Promise<void> {
  await peer.answer('turn/interrupt', { result: {} });
  await peer.write(turnCompleted('thr', 'interrupted'));
  await peer.answer('thread/unsubscribe', { result: { status: 'unsubscribed' } });
}

test('tools are told to the worker with the thread, and raw events are asked for', async () => {
  const { peer } = await running();
  expect(peer.requests('thread/start')[0]?.params).toMatchObject({
    dynamicTools: tools.map((tool) => ({ type: 'function', ...tool })),
    experimentalRawEvents: true,
  });
});

test('outputs in the history are not to be cut', async () => {
  const output = { type: 'function_call_output', call_id: 'c', output: 'x' } as const;
  const { peer } = await running({ history: [{ type: 'function_call', name: 'look', arguments: '{}', call_id: 'c' }, output] });
  expect(peer.requests('thread/start')[0]?.params).toMatchObject({ config: { tool_output_token_limit: 1_000_000_000 } });
});

test('without tools nothing is said of them', async () => {
  const { peer } = await running({ tools: [] });
  expect(Object.keys(peer.requests('thread/start')[0]?.params ?? {})).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/dynamicTools|experimentalRawEvents|config/)]),
  );
});

test('calls are told in the order and the words of the model, and end the turn when the response is whole', async () => {
  const { peer, observer, desk } = await running();
  await peer.write(
    deltaFrame('thr', 'Let me look.'),
    rawCall('thr', 'c1', 'look', '{"at": 1.0}'),
    rawCall('thr', 'c2', 'take', '{"n":12345678901234567890}'),
    toolCall(1, 'thr', 'c2', 'take', { n: 1 }),
    toolCall(0, 'thr', 'c1', 'look', { at: 1 }),
  );
  expect(observer.calls).toEqual([call('c1', 'look', '{"at": 1.0}'), call('c2', 'take', '{"n":12345678901234567890}')]);
  expect([observer.result, peer.requests('turn/interrupt')]).toEqual([undefined, []]);
  await peer.write(responseCompleted('thr', USAGE));
  expect(observer.ends).toEqual([{ kind: 'completed', finishReason: 'tool_calls', usage: USAGE }]);
  expect(answered(peer)).toEqual([]);
  await interrupted(peer);
  expect(answered(peer)).toEqual([
    [1, false],
    [0, false],
  ]);
  expect([observer.text, desk.inflight, observer.violations]).toEqual(['Let me look.', 0, []]);
  expect(observer.settlements[0]?.frames.filter((frame) => frame.type === 'server_response')).toHaveLength(2);
});

test('usage is that of all responses of the turn', async () => {
  const { peer, observer } = await running();
  await peer.write(
    responseCompleted('thr', USAGE),
    usageUpdated('thr', USAGE),
    rawCall('thr', 'c1', 'look', '{}'),
    responseCompleted('thr', USAGE),
  );
  expect(observer.end).toMatchObject({
    finishReason: 'tool_calls',
    usage: { inputTokens: 14, cachedInputTokens: 4, outputTokens: 10, reasoningOutputTokens: 2 },
  });
});

test('a provider that counts no tokens leaves none', async () => {
  const { peer, observer } = await running();
  await peer.write(rawCall('thr', 'c1', 'look', '{}'), responseCompleted('thr', null));
  expect(observer.ends).toEqual([{ kind: 'completed', finishReason: 'tool_calls', usage: undefined }]);
});

test('calls of the history are told again by the worker, and to nobody', async () => {
  const { peer, observer } = await running();
  await peer.write(rawCall('thr', 'old', 'look', '{}', 'auto-compact-0'), responseCompleted('thr', USAGE), turnCompleted('thr'));
  expect([observer.calls, observer.result]).toEqual([[], 'stop']);
});

test('calls of one id are two calls, each with an id of its own, whichever way they are heard of', async () => {
  const expected = [call('c', 'look', '{"n":1}'), call('c_2', 'look', '{"n":2}'), call('c_2_2', 'take', '{"n":3}')];
  const items = [1, 2].map((n) => rawCall('thr', 'c', 'look', `{"n":${String(n)}}`));
  const requests = [1, 2].map((n) => toolCall(n, 'thr', 'c', 'look', { n }));
  for (const told of [[...items, ...requests], [items[0]!, requests[0]!, items[1]!, requests[1]!], requests]) {
    const { peer, observer } = await running();
    await peer.write(
      ...told,
      rawCall('thr', 'c_2', 'take', '{"n":3}'),
      toolCall(3, 'thr', 'c_2', 'take', { n: 3 }),
      responseCompleted('thr', USAGE),
    );
    expect([observer.calls, observer.result]).toEqual([expected, 'tool_calls']);
    await interrupted(peer);
    expect(answered(peer)).toHaveLength(3);
  }
});

test('without parallel calls only the first is told', async () => {
  const { peer, observer } = await running({ parallelToolCalls: false });
  await peer.write(
    rawCall('thr', 'c1', 'look', '{}'),
    rawCall('thr', 'c2', 'take', '{}'),
    toolCall(1, 'thr', 'c2', 'take'),
    toolCall(0, 'thr', 'c1', 'look'),
    responseCompleted('thr', USAGE),
  );
  expect([observer.calls, observer.result]).toEqual([[call('c1', 'look', '{}')], 'tool_calls']);
  await interrupted(peer);
  expect(answered(peer)).toHaveLength(2);
});

describe('calls of tools that were not declared', () => {
  test('are left to the policy, and the turn goes on', async () => {
    const { peer, observer } = await running();
    await peer.write(rawCall('thr', 'c1', 'launch', '{}'), toolCall(0, 'thr', 'c1', 'launch'), responseCompleted('thr', USAGE));
    expect(peer.serverRequests.map(({ id, method }) => [id, method])).toEqual([[0, 'item/tool/call']]);
    expect([observer.calls, observer.result, peer.requests('turn/interrupt')]).toEqual([[], undefined, []]);
    await peer.write(deltaFrame('thr', 'so be it'), turnCompleted('thr'));
    expect([observer.text, observer.result]).toEqual(['so be it', 'stop']);
  });

  test('do not keep those that were from ending the turn', async () => {
    const { peer, observer } = await running();
    await peer.write(rawCall('thr', 'c1', 'launch', '{}'), rawCall('thr', 'c2', 'look', '{}'), responseCompleted('thr', USAGE));
    expect([observer.calls, observer.result]).toEqual([[call('c2', 'look', '{}')], 'tool_calls']);
  });

  test('are those of a tool that lives in a namespace', async () => {
    const { peer, observer } = await running();
    await peer.write(
      rawItem('thr', { type: 'function_call', name: 'look', namespace: 'other', arguments: '{}', call_id: 'c1' }),
      responseCompleted('thr', USAGE),
    );
    expect(observer.calls).toEqual([]);
  });
});

describe('a worker that does not say when a response is whole', () => {
  test('is answered after a second of silence, and the turn ends when the model goes on', async () => {
    const { peer, observer, wait } = await running();
    await peer.write(rawCall('thr', 'c1', 'look', '{}'), toolCall(0, 'thr', 'c1', 'look'));
    wait(999);
    await delivered();
    expect(answered(peer)).toEqual([]);
    wait(1);
    await delivered();
    expect(answered(peer)).toEqual([[0, false]]);
    expect(observer.result).toBeUndefined();
    await peer.write(usageUpdated('thr', USAGE), deltaFrame('thr', 'It was declined.', 'msg_2'));
    expect([observer.calls.length, observer.text, observer.ends]).toEqual([
      1,
      '',
      [{ kind: 'completed', finishReason: 'tool_calls', usage: USAGE }],
    ]);
    expect(peer.requests('turn/interrupt')).toHaveLength(1);
  });

  test('or counts no tokens either: the turn ends with the calls all the same', async () => {
    const { peer, observer } = await running();
    await peer.write(rawCall('thr', 'c1', 'look', '{}'), turnCompleted('thr'));
    expect([observer.calls.length, observer.result]).toEqual([1, 'tool_calls']);
  });

  test('nor tells of items: the calls are those that it asks for', async () => {
    const { peer, observer, wait } = await running();
    await peer.write(toolCall(0, 'thr', 'c1', 'look', { at: [1, 'ü'] }), toolCall(1, 'thr', 'c2', 'take', null));
    expect(observer.calls).toEqual([call('c1', 'look', '{"at":[1,"ü"]}'), call('c2', 'take', '{}')]);
    wait(1_000);
    await peer.write(usageUpdated('thr', USAGE), rawCall('thr', 'c3', 'look', '{}'));
    expect([observer.calls.length, observer.result]).toEqual([2, 'tool_calls']);
  });

  test('and hangs, is interrupted when it has been silent for too long', async () => {
    const { peer, observer, wait } = await running();
    await peer.write(rawCall('thr', 'c1', 'look', '{}'), toolCall(0, 'thr', 'c1', 'look'));
    wait(1_000);
    wait(59_000);
    await delivered();
    expect([observer.result, peer.requests('turn/interrupt').length]).toEqual(['stream_idle_timeout', 1]);
  });
});

test('a call that follows a long silence is held again', async () => {
  const { peer, observer, wait } = await running();
  await peer.write(rawCall('thr', 'c1', 'look', '{}'), toolCall(0, 'thr', 'c1', 'look'));
  wait(1_000);
  await delivered();
  await peer.write(rawCall('thr', 'c2', 'take', '{}'), toolCall(1, 'thr', 'c2', 'take'));
  expect(answered(peer)).toEqual([[0, false]]);
  await peer.write(responseCompleted('thr', USAGE));
  expect([observer.calls.length, observer.result]).toEqual([2, 'tool_calls']);
  await interrupted(peer);
  expect(answered(peer)).toEqual([
    [0, false],
    [1, false],
  ]);
});

describe('a response that fails after a call', () => {
  const error = { message: 'cut', codexErrorInfo: 'other' };

  test('fails the turn', async () => {
    const { peer, observer } = await running();
    await peer.write(rawCall('thr', 'c1', 'look', '{}'), turnCompleted('thr', 'failed', error));
    expect(observer.result).toBe('provider_error');
  });

  test('is not begun anew: the next attempt would know that the call was declined', async () => {
    const { peer, observer } = await running();
    await peer.write(rawCall('thr', 'c1', 'look', '{}'), {
      method: 'error',
      params: { threadId: 'thr', willRetry: true, error },
    });
    expect([observer.result, observer.restarts, peer.requests('turn/interrupt').length]).toEqual(['provider_error', 0, 1]);
  });

  test('for its length is complete', async () => {
    const { peer, observer } = await running();
    const short = { message: 'Incomplete response returned, reason: max_output_tokens', codexErrorInfo: 'other' };
    await peer.write(rawCall('thr', 'c1', 'look', '{}'), turnCompleted('thr', 'failed', short));
    expect(observer.result).toBe('length');
  });
});

describe('what comes late', () => {
  test('is told to nobody, and answered', async () => {
    const { peer, observer } = await running();
    await peer.write(rawCall('thr', 'c1', 'look', '{}'), responseCompleted('thr', USAGE));
    await peer.write(
      rawCall('thr', 'c2', 'take', '{}'),
      toolCall(5, 'thr', 'c2', 'take'),
      deltaFrame('thr', 'late'),
      responseCompleted('thr', USAGE),
      usageUpdated('thr', USAGE),
    );
    await peer.answer('turn/interrupt', { result: {} });
    await peer.write(turnCompleted('thr', 'interrupted'), toolCall(6, 'thr', 'c3', 'take'));
    expect([observer.calls.length, observer.text, observer.ends.length, observer.violations]).toEqual([1, '', 1, []]);
    expect(peer.requests('turn/interrupt')).toHaveLength(1);
    expect(answered(peer)).toEqual([[5, false]]);
    // After its end a turn holds nothing: the policy answers.
    expect(peer.serverRequests.map(({ id }) => id)).toEqual([6]);
  });

  test('is answered when the client has left', async () => {
    const { peer, observer, turn } = await running();
    await peer.write(rawCall('thr', 'c1', 'look', '{}'), toolCall(0, 'thr', 'c1', 'look'));
    turn.abort();
    await peer.write(responseCompleted('thr', USAGE));
    await interrupted(peer);
    expect([observer.ends, observer.settlements.length, answered(peer)]).toEqual([[], 1, [[0, false]]]);
  });

  test('is answered when the worker does not end the turn', async () => {
    const { peer, observer, wait, desk } = await running();
    await peer.write(rawCall('thr', 'c1', 'look', '{}'), toolCall(0, 'thr', 'c1', 'look'), responseCompleted('thr', USAGE));
    wait(5_001);
    await delivered();
    expect([observer.result, desk.inflight, answered(peer)]).toEqual(['tool_calls', 0, [[0, false]]]);
  });
});

test('whatever the order of the requests, the calls are told once, in the order of the items, and every request is answered', async () => {
  const order = fc.integer({ min: 1, max: 6 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      asked: fc.shuffledSubarray(
        Array.from({ length: count }, (_, index) => index),
        { minLength: count },
      ),
      endFirst: fc.nat(count),
    }),
  );
  await fc.assert(
    fc.asyncProperty(order, async ({ count, asked, endFirst }) => {
      const { peer, observer } = await running();
      await peer.write(
        ...Array.from({ length: count }, (_, index) => rawCall('thr', `c${String(index)}`, 'look', `{"n": ${String(index)}}`)),
      );
      const requests = asked.map((index) => toolCall(index, 'thr', `c${String(index)}`, 'look', { n: index }));
      await peer.write(...requests.slice(0, endFirst), responseCompleted('thr', USAGE), ...requests.slice(endFirst));
      await interrupted(peer);
      expect(observer.calls.map((one) => one.arguments)).toEqual(Array.from({ length: count }, (_, index) => `{"n": ${String(index)}}`));
      expect(answered(peer).map(([id]) => id)).toEqual(asked);
      expect([observer.result, observer.violations]).toEqual(['tool_calls', []]);
    }),
    { numRuns: 40 },
  );
});
