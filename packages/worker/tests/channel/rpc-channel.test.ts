import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RpcOutcome, ThreadSink } from '../../src/channel/rpc-channel.ts';
import { delivered, StreamPeer } from '../rig/stream-peer.ts';
import { deltaFrame, rawItem } from '../rig/worker-frames.ts';

class RecordingSink implements ThreadSink {
  readonly seen: unknown[] = [];
  /** Whether it answers requests itself. */
  answers = false;

  delta(itemId: string, text: string, bytes: number): void {
    this.seen.push(['delta', itemId, text, bytes]);
  }

  notification(method: string, params: object, bytes: number): void {
    this.seen.push(['notification', method, params, bytes]);
  }

  serverRequest(id: string | number, method: string, params: object, bytes: number): boolean {
    this.seen.push(['request', id, method, params, bytes]);
    return this.answers;
  }

  serverRequestAnswered(id: string | number, method: string, outcome: RpcOutcome, bytes: number): void {
    this.seen.push(['answered', id, method, outcome, bytes]);
  }
}

function attached(peer: StreamPeer, threadId = 'thr'): RecordingSink {
  const sink = new RecordingSink();
  peer.channel.attach(threadId, sink);
  return sink;
}

const size = (frame: object): number => Buffer.byteLength(JSON.stringify(frame));

test('an answer reaches the request with its id, with the size of its frame, in whatever order answers come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 5 }), async (order) => {
      const peer = new StreamPeer();
      const answers = new Map<number, [RpcOutcome, number]>();
      for (let count = 0; count < order.length; count += 1) {
        const { id } = peer.channel.request('m', { count }, (outcome, bytes) => answers.set(id, [outcome, bytes]));
      }
      expect(peer.channel.pendingCount).toBe(5);
      await peer.write(...order.map((id) => ({ id, result: { of: id, text: '€' } })));
      expect(peer.channel.pendingCount).toBe(0);
      for (const id of order)
        expect(answers.get(id)).toEqual([{ result: { of: id, text: '€' } }, size({ id, result: { of: id, text: '€' } })]);
    }),
    { numRuns: 30 },
  );
});

test('a request is a JSON-RPC frame on a line of its own, and its size is told', async () => {
  const peer = new StreamPeer();
  const { id, bytes } = peer.channel.request('thread/start', { text: 'a\nb€' }, () => undefined);
  await delivered();
  expect(peer.writes).toEqual([`${JSON.stringify({ jsonrpc: '2.0', id, method: 'thread/start', params: { text: 'a\nb€' } })}\n`]);
  expect(bytes).toBe(Buffer.byteLength(peer.writes[0] ?? '') - 1);
});

test('an error answer is told as an error, whatever its shape', async () => {
  const peer = new StreamPeer();
  const outcomes: RpcOutcome[] = [];
  for (let count = 0; count < 4; count += 1) peer.channel.request('m', {}, (outcome) => outcomes.push(outcome));
  await peer.write(
    { id: 1, error: { code: -32_600, message: 'Invalid request' } },
    { id: 2, error: { code: 'x', message: 7 } },
    { id: 3, error: 'no' },
    { id: 4 },
  );
  expect(outcomes).toEqual([
    { error: { code: -32_600, message: 'Invalid request' } },
    { error: { code: 0, message: 'unknown error' } },
    { error: { code: 0, message: 'unknown error' } },
    { result: undefined },
  ]);
});

test('an answer that no request waits for, or a second one, is a protocol error', async () => {
  const peer = new StreamPeer();
  let answers = 0;
  peer.channel.request('m', {}, () => (answers += 1));
  const frame = { id: 1, result: {} };
  await peer.write(frame, frame, { id: 99, result: {} });
  expect(answers).toBe(1);
  expect(peer.protocolErrors).toEqual([
    ['unknown_id', size(frame)],
    ['unknown_id', size({ id: 99, result: {} })],
  ]);
});

test('what is not the protocol is reported with its size, and the next frame is read', async () => {
  const peer = new StreamPeer(200);
  const sink = attached(peer);
  const garbage = ['{"half', '[1,2]', 'null', '42', '"text"', '{}', '{"id":null,"result":1}', '{"id":"1","result":1}', 'x'.repeat(201)];
  await peer.write(...garbage, deltaFrame('thr', 'ok'));
  expect(peer.protocolErrors).toEqual([
    ['not_json', 6],
    ['not_an_object', 5],
    ['not_an_object', 4],
    ['not_an_object', 2],
    ['not_an_object', 6],
    ['unknown_shape', 2],
    ['unknown_shape', 22],
    ['unknown_shape', 21],
    ['line_too_long', 201],
  ]);
  expect(sink.seen).toHaveLength(1);
});

test('any bytes at all are survived', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.json())), async (lines) => {
      const peer = new StreamPeer();
      const sink = attached(peer);
      await peer.write(...lines, deltaFrame('thr', 'ok'));
      expect(sink.seen.at(-1)).toEqual(['delta', 'msg_1', 'ok', size(deltaFrame('thr', 'ok'))]);
    }),
    { numRuns: 100 },
  );
});

test('notifications reach the sink of their thread, and no other', async () => {
  const peer = new StreamPeer();
  const [one, two] = [attached(peer, 'one'), attached(peer, 'two')];
  const completed = { method: 'turn/completed', params: { threadId: 'two', turn: {} } };
  const oldStyle = { method: 'error', params: { conversationId: 'one' } };
  await peer.write(deltaFrame('one', 'a'), deltaFrame('two', 'b'), completed, oldStyle, deltaFrame('none', 'c'), { method: 'warning' });
  expect(one.seen).toEqual([
    ['delta', 'msg_1', 'a', size(deltaFrame('one', 'a'))],
    ['notification', 'error', oldStyle.params, size(oldStyle)],
  ]);
  expect(two.seen).toEqual([
    ['delta', 'msg_1', 'b', size(deltaFrame('two', 'b'))],
    ['notification', 'turn/completed', completed.params, size(completed)],
  ]);
  expect(peer.protocolErrors).toEqual([]);
});

test('every delta arrives once and byte for byte, whether its text needs escapes or not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), async (texts) => {
      const peer = new StreamPeer();
      const sink = attached(peer);
      await peer.write(...texts.map((text) => deltaFrame('thr', text)));
      expect(sink.seen).toEqual(texts.map((text) => ['delta', 'msg_1', text, size(deltaFrame('thr', text))]));
    }),
    { numRuns: 100 },
  );
});

test('a delta without a text is a protocol error', async () => {
  const peer = new StreamPeer();
  const sink = attached(peer);
  await peer.write({ method: 'item/agentMessage/delta', params: { threadId: 'thr', delta: 7 } });
  expect(peer.protocolErrors).toEqual([['unknown_shape', expect.any(Number)]]);
  expect(sink.seen).toEqual([]);
});

test('a request of the worker comes with the sink of its thread, and its answer carries its id, a number or a text', async () => {
  const peer = new StreamPeer();
  const sink = attached(peer);
  await peer.write({ id: 7, method: 'item/tool/call', params: { threadId: 'thr' } }, { id: 'q', method: 'currentTime/read' });
  expect(peer.serverRequests).toEqual([
    { id: 7, method: 'item/tool/call', sink },
    { id: 'q', method: 'currentTime/read', sink: undefined },
  ]);
  expect(sink.seen).toEqual([
    ['request', 7, 'item/tool/call', { threadId: 'thr' }, size({ id: 7, method: 'item/tool/call', params: { threadId: 'thr' } })],
  ]);
  const bytes = peer.channel.respond(7, { result: { success: false } });
  peer.channel.respond('q', { error: { code: -32_601, message: 'no' } });
  await delivered();
  const [first, second] = peer.frames;
  expect(first).toEqual({ jsonrpc: '2.0', id: 7, result: { success: false } });
  expect(second).toEqual({ jsonrpc: '2.0', id: 'q', error: { code: -32_601, message: 'no' } });
  expect(bytes).toBe(size(first ?? {}));
});

test("a request that the sink of its thread answers is nobody else's", async () => {
  const peer = new StreamPeer();
  const sink = attached(peer);
  sink.answers = true;
  await peer.write({ id: 7, method: 'item/tool/call', params: { threadId: 'thr' } });
  expect([sink.seen.length, peer.serverRequests]).toEqual([1, []]);
});

test('of the items that a thread tells again only the calls are read', async () => {
  const peer = new StreamPeer();
  const sink = attached(peer);
  const call = rawItem('thr', { type: 'function_call', name: 'f', arguments: '{"type":"message"}', call_id: 'c' });
  await peer.write(
    rawItem('thr', { type: 'message', role: 'user', content: [{ type: 'input_text', text: '"item":{"type":"function_call",' }] }),
    '{"method":"rawResponseItem/completed","params":{"threadId":"thr","turnId":"t","item":{"type":"mess',
    rawItem('thr', { type: 'function_call_output', call_id: 'c', output: 'x' }),
    call,
  );
  expect(sink.seen).toEqual([['notification', call.method, call.params, size(call)]]);
  expect(peer.protocolErrors).toEqual([]);
});

test('frames of one turn of the event loop leave in one write', async () => {
  const peer = new StreamPeer();
  peer.channel.request('a', {}, () => undefined);
  peer.channel.notify('b');
  peer.channel.respond(1, { result: {} });
  await delivered();
  peer.channel.notify('c');
  await delivered();
  expect(peer.writes.map((text) => text.split('\n').length - 1)).toEqual([3, 1]);
});

test('the answer to a forgotten request is ignored without a word', async () => {
  const peer = new StreamPeer();
  let answers = 0;
  const { id } = peer.channel.request('m', {}, () => (answers += 1));
  peer.channel.forget(id);
  peer.channel.forget(id + 1);
  await peer.write({ id, result: {} });
  expect(answers).toBe(0);
  expect(peer.protocolErrors).toEqual([]);
  expect(peer.channel.pendingCount).toBe(0);
});

test('a detached thread is not heard any more', async () => {
  const peer = new StreamPeer();
  const sink = attached(peer);
  peer.channel.detach('thr');
  await peer.write(deltaFrame('thr', 'late'));
  expect(sink.seen).toEqual([]);
});

test('after close nothing is read, sent or answered', async () => {
  const peer = new StreamPeer();
  const sink = attached(peer);
  let answers = 0;
  const { id } = peer.channel.request('m', {}, () => (answers += 1));
  peer.channel.close();
  expect(peer.channel.respond(1, { result: {} })).toBe(0);
  await peer.write({ id, result: {} }, deltaFrame('thr', 'late'), 'garbage', { id: 1, method: 'currentTime/read' });
  expect([answers, sink.seen, peer.writes, peer.protocolErrors, peer.serverRequests]).toEqual([0, [], [], [], []]);
});

test('closing while a read is under way ends the reading at once', async () => {
  const peer = new StreamPeer();
  peer.channel.request('m', {}, () => {
    peer.channel.close();
  });
  const rest = ['garbage', { id: 5, method: 'currentTime/read' }].map((frame) =>
    typeof frame === 'string' ? frame : JSON.stringify(frame),
  );
  await peer.write([JSON.stringify({ id: 1, result: {} }), ...rest].join('\n'));
  expect([peer.protocolErrors, peer.serverRequests]).toEqual([[], []]);
});

test('broken pipes are survived', async () => {
  const peer = new StreamPeer();
  peer.breakPipes();
  await delivered();
  peer.channel.request('m', {}, () => undefined);
  await delivered();
  expect(peer.channel.pendingCount).toBe(1);
});
