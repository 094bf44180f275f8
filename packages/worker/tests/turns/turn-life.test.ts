import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { peerDesk, runTurn } from '../rig/peer-desk.ts';
import { RecordingObserver } from '../rig/recording-observer.ts';
import { deltaFrame, turnCompleted } from '../rig/worker-frames.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const started = { result: { thread: { id: 'thr' } } };

describe('a turn', () => {
  test('is a thread, its history, its input, and the end of the thread', async () => {
    const { desk, submit, open, wait } = peerDesk();
    const peer = open();
    const history = [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'before' }] }] as const;
    const { observer } = submit({ instructions: 'Be brief.', history, effort: 'low', outputSchema: { type: 'object' } });
    await peer.answer('thread/start', started);
    await peer.answer('thread/inject_items', { result: {} });
    await peer.answer('turn/start', { result: { turn: { id: 'turn_1' } } });
    wait(5);
    const usage = { inputTokens: 7, cachedInputTokens: 2, outputTokens: 5, reasoningOutputTokens: 1 };
    await peer.write(
      deltaFrame('thr', '10'),
      deltaFrame('thr', '00'),
      { method: 'item/completed', params: { threadId: 'thr', item: { type: 'agentMessage', id: 'msg_1', text: '1000' } } },
      { method: 'thread/tokenUsage/updated', params: { threadId: 'thr', tokenUsage: { last: {}, total: usage } } },
      turnCompleted('thr'),
    );
    expect(observer.deltas).toEqual(['10', '00']);
    expect(observer.ends).toEqual([{ kind: 'completed', finishReason: 'stop', usage }]);
    expect([desk.inflight, observer.settlements]).toEqual([0, []]);
    await peer.answer('thread/unsubscribe', { result: {} });
    expect(observer.settlements).toHaveLength(1);
    expect(observer.violations).toEqual([]);
    expect(peer.frames.map(({ method, params }) => [method, params])).toEqual([
      [
        'thread/start',
        {
          ephemeral: true,
          approvalPolicy: 'never',
          sandbox: 'read-only',
          environments: [],
          cwd: '/',
          model: 'demo-codex',
          baseInstructions: 'Be brief.',
        },
      ],
      ['thread/inject_items', { threadId: 'thr', items: history }],
      [
        'turn/start',
        { threadId: 'thr', input: [{ type: 'text', text: 'hi', text_elements: [] }], effort: 'low', outputSchema: { type: 'object' } },
      ],
      ['thread/unsubscribe', { threadId: 'thr' }],
    ]);
    // Answers of one read of the test's pipe leave in one write.
    expect(peer.writes).toHaveLength(3);
  });

  test('leaves a trace of its frames: directions, sizes, times, no content', async () => {
    const { submit, open, wait } = peerDesk();
    const peer = open();
    const { observer } = submit();
    await runTurn(peer);
    wait(30);
    await peer.write(deltaFrame('thr', 'two'), turnCompleted('thr'));
    await peer.answer('thread/unsubscribe', { result: {} });
    const trace = observer.settlements[0]!;
    expect(trace.threadId).toBe('thr');
    expect(trace.frames.map(({ type, direction, method, id, count }) => [type, direction, method, id, count])).toEqual([
      ['rpc_request', 'to_worker', 'thread/start', 1, undefined],
      ['rpc_response', 'from_worker', 'thread/start', 1, undefined],
      ['rpc_request', 'to_worker', 'turn/start', 2, undefined],
      ['rpc_response', 'from_worker', 'turn/start', 2, undefined],
      ['delta_run', 'from_worker', 'item/agentMessage/delta', undefined, 2],
      ['rpc_notification', 'from_worker', 'turn/completed', undefined, undefined],
      ['rpc_request', 'to_worker', 'thread/unsubscribe', 3, undefined],
      ['rpc_response', 'from_worker', 'thread/unsubscribe', 3, undefined],
    ]);
    expect(trace.frames[4]).toMatchObject({ maxGapMs: 30 });
    for (const frame of trace.frames) expect(frame.bytes).toBeGreaterThan(10);
    expect(JSON.stringify(trace.frames)).not.toContain('two');
  });

  test('whose answer comes without deltas gets its text once, however often it is told', async () => {
    const { submit, open } = peerDesk();
    const peer = open();
    const { observer } = submit();
    await peer.answer('thread/start', started);
    const item = { method: 'item/completed', params: { threadId: 'thr', item: { type: 'agentMessage', id: 'msg_9', text: 'whole' } } };
    const reasoning = { method: 'item/completed', params: { threadId: 'thr', item: { type: 'reasoning', id: 'r', text: 'thought' } } };
    await peer.write(reasoning, item, item, turnCompleted('thr'), turnCompleted('thr'), item, deltaFrame('thr', 'late'));
    expect(observer.deltas).toEqual(['whole']);
    expect(observer.result).toBe('stop');
    expect(observer.violations).toEqual([]);
    expect(peer.requests('thread/unsubscribe')).toHaveLength(1);
  });

  test.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content_filter'],
  ])('that the provider cut short for %s is complete', async (reason, finishReason) => {
    const { submit, open } = peerDesk();
    const peer = open();
    const { observer } = submit();
    await runTurn(peer);
    await peer.write(
      turnCompleted('thr', 'failed', { message: `Incomplete response returned, reason: ${reason}`, codexErrorInfo: 'other' }),
    );
    expect(observer.result).toBe(finishReason);
  });

  test('that fails says why, in terms of the table of errors, redacted', async () => {
    const { submit, open } = peerDesk();
    const peer = open();
    const { observer } = submit();
    await runTurn(peer);
    const error = { message: 'The key hunter2 was refused.', codexErrorInfo: { httpConnectionFailed: { httpStatusCode: 401 } } };
    await peer.write(turnCompleted('thr', 'failed', error));
    expect(observer.end).toMatchObject({ kind: 'failed', failure: { code: 'provider_error', message: 'The key [redacted] was refused.' } });
  });

  test.each([
    ['interrupted by the worker itself', turnCompleted('thr', 'interrupted')],
    ['of an unknown status', turnCompleted('thr', 'whatever')],
    ['without a turn', { method: 'turn/completed', params: { threadId: 'thr' } }],
    ['with an error of another shape', { method: 'turn/completed', params: { threadId: 'thr', turn: { error: { codexErrorInfo: [1] } } } }],
  ])('%s has failed', async (_, frame) => {
    const { desk, submit, open } = peerDesk();
    const peer = open();
    const { observer } = submit();
    await runTurn(peer);
    await peer.write(frame);
    expect(observer.result).toBe('provider_error');
    expect(desk.inflight).toBe(0);
  });

  test('that the worker begins anew after deltas is forgotten, if it can be', async () => {
    const { submit, open } = peerDesk();
    const peer = open();
    const { observer } = submit({}, new RecordingObserver({ forgetOnRestart: true }));
    await runTurn(peer);
    await peer.write(
      { method: 'error', params: { threadId: 'thr', willRetry: true, error: { message: 'Reconnecting... 1/5', codexErrorInfo: null } } },
      deltaFrame('thr', 'one ', 'msg_2'),
      deltaFrame('thr', 'two', 'msg_2'),
      turnCompleted('thr'),
    );
    expect([observer.restarts, observer.text, observer.result]).toEqual([1, 'one two', 'stop']);
  });

  test('that cannot be begun anew fails rather than repeat itself', async () => {
    const { desk, submit, open } = peerDesk();
    const peer = open();
    const { observer } = submit();
    await runTurn(peer);
    const info = { responseStreamDisconnected: { httpStatusCode: null } };
    await peer.write({ method: 'error', params: { threadId: 'thr', willRetry: true, error: { message: 'cut', codexErrorInfo: info } } });
    expect(observer.end).toMatchObject({ kind: 'failed', failure: { code: 'provider_error', message: 'cut' } });
    await peer.answer('turn/interrupt', { result: {} });
    await peer.write(deltaFrame('thr', 'again'), turnCompleted('thr', 'interrupted'));
    expect([observer.text, desk.inflight]).toEqual(['one ', 0]);
  });

  test('that is tried again before any delta goes on', async () => {
    const { submit, open } = peerDesk();
    const peer = open();
    const { observer } = submit();
    await peer.answer('thread/start', started);
    await peer.write({ method: 'error', params: { threadId: 'thr', willRetry: true, error: { message: 'cut' } } }, deltaFrame('thr', 'x'));
    await peer.write({ method: 'error', params: { threadId: 'thr', willRetry: false, error: { message: 'final' } } });
    expect([observer.restarts, observer.text, observer.result]).toEqual([0, 'x', undefined]);
  });
});
