import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderFault, ProviderFunctionCall } from '@codex-proxy/demo-provider';
import type { ScriptedWorkerOptions } from '@codex-proxy/scripted-worker';
import { describe, expect, test, vi } from 'vitest';
import { codexCommand, demoProvider } from '../rig/codex-command.ts';
import { scripted, supervise, temporaryFolder } from '../rig/supervised.ts';

const tools = ['look', 'take'].map((name) => ({ name, description: '', inputSchema: { type: 'object', properties: {} } }));
const toolCalls = [
  { tool: 'look', callId: 'c1', arguments: '{"at":1.0}' },
  { tool: 'take', callId: 'c2', arguments: '{"n":2}' },
];
const USAGE = { inputTokens: 11, cachedInputTokens: 0, outputTokens: 5, reasoningOutputTokens: 0 };
const TOLD = [
  { callId: 'c1', tool: 'look', arguments: '{"at":1.0}' },
  { callId: 'c2', tool: 'take', arguments: '{"n":2}' },
];

/** A turn with tools, on a scripted worker that keeps what it was told. */
async function turnWith(options: ScriptedWorkerOptions) {
  const journal = join(temporaryFolder(), 'journal');
  const supervised = supervise(await scripted({ deltas: ['Let me ', 'look.'], toolCalls, journal, ...options }));
  await supervised.ready();
  const lines = (): { method?: string; id?: unknown; result?: { success?: boolean } }[] =>
    readFileSync(journal, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const answers = (): number => lines().filter((line) => line.result?.success === false).length;
  return { ...supervised, ...supervised.run({ tools }), lines, answers };
}

describe('calls on a scripted worker', () => {
  test('end the turn, with every request answered after the interrupt', async () => {
    const { observer, lines, answers, supervisor } = await turnWith({});
    await observer.settled();
    expect(observer.text).toBe('Let me look.');
    expect(observer.calls).toEqual(TOLD);
    expect(observer.ends).toEqual([{ kind: 'completed', finishReason: 'tool_calls', usage: USAGE }]);
    await vi.waitFor(() => expect(answers()).toBe(2));
    const order = lines().map(({ method, result }) => method ?? (result?.success === false ? 'declined' : 'answer'));
    expect(order).toEqual([
      'initialize',
      'initialized',
      'thread/start',
      'turn/start',
      'turn/interrupt',
      'declined',
      'declined',
      'thread/unsubscribe',
    ]);
    expect([supervisor.snapshot().inflight, observer.violations]).toEqual([0, []]);
  });

  test('are told once when they come again after the interrupt', async () => {
    const { observer, answers } = await turnWith({ lateCalls: true });
    await observer.settled();
    expect([observer.calls, observer.ends.length, observer.violations]).toEqual([TOLD, 1, []]);
    await vi.waitFor(() => expect(answers()).toBe(6));
  });

  test('end the turn when the worker does not say that the response is whole', async () => {
    const { observer, answers } = await turnWith({ withoutResponseEnd: true });
    await observer.settled();
    expect([observer.calls, observer.text, observer.end]).toEqual([
      TOLD,
      'Let me look.',
      { kind: 'completed', finishReason: 'tool_calls', usage: USAGE },
    ]);
    expect(answers()).toBe(2);
  });

  test('are those that are asked for when the worker tells no items', async () => {
    const { observer } = await turnWith({ withoutRawEvents: true });
    await observer.settled();
    expect(observer.calls.map((call) => call.arguments).toSorted()).toEqual(['{"at":1}', '{"n":2}']);
    expect(observer.result).toBe('tool_calls');
  });

  test('of tools that were not declared are declined, and the answer goes on', async () => {
    const { observer, events } = await turnWith({ toolCalls: [{ tool: 'launch', callId: 'c9' }] });
    await observer.settled();
    expect([observer.calls, observer.text, observer.result]).toEqual([[], 'Let me look. It was declined.', 'stop']);
    expect(events.kept.onServerRequest).toEqual([{ method: 'item/tool/call', decision: 'declined' }]);
  });

  test('before the end of the worker are told, and the turn has failed', async () => {
    const { observer } = await turnWith({ exitAfterCalls: true, withoutResponseEnd: true });
    await observer.settled();
    expect([observer.calls, observer.result, observer.violations]).toEqual([TOLD, 'worker_exited', []]);
  });

  test('of a response that was whole are an answer, though the worker ends', async () => {
    const { observer } = await turnWith({ exitAfterCalls: true });
    await observer.settled();
    expect([observer.calls, observer.result]).toEqual([TOLD, 'tool_calls']);
  });

  test('that nobody waits for any more are answered, and the turn is interrupted', async () => {
    const { observer, turn, lines, answers } = await turnWith({ withoutResponseEnd: true });
    await observer.heard(2);
    turn.abort();
    await observer.settled();
    expect([observer.ends, lines().filter(({ method }) => method === 'turn/interrupt').length]).toEqual([[], 1]);
    await vi.waitFor(() => expect(answers()).toBe(2));
  });

  test('in half lines, garbage and floods arrive whole', async () => {
    const { observer } = await turnWith({ halfLines: true, garbage: true, flood: 2_000 });
    await observer.settled();
    expect([observer.calls, observer.result]).toEqual([TOLD, 'tool_calls']);
  });
});

const call = (city: string): ProviderFunctionCall => ({ name: 'look', arguments: ['{"city" : ', `"${city}"}`], callId: `call_${city}` });

describe('calls on the real worker', () => {
  test('of many turns at once come to the one who asked, in order, and leave no thread and no further request', async () => {
    const provider = await demoProvider({
      script: ({ lastUserText, index }) => ({
        deltas: ['I look.'],
        functionCalls: Array.from({ length: 4 }, (_, at) => call(`${lastUserText}-${String(at)}`)),
        interTokenMs: index % 2,
      }),
    });
    const { supervisor, run, ready, events } = supervise(codexCommand(provider), { maxConcurrency: 20 });
    await ready();
    const turns = Array.from({ length: 20 }, (_, at) => ({
      at,
      ...run({ tools, input: [{ type: 'text', text: String(at), text_elements: [] }] }),
    }));
    for (const { at, observer } of turns) {
      await observer.settled();
      expect(observer.calls.map((one) => [one.callId, one.arguments])).toEqual(
        Array.from({ length: 4 }, (_, n) => [`call_${String(at)}-${String(n)}`, `{"city" : "${String(at)}-${String(n)}"}`]),
      );
      expect([observer.text, observer.result, observer.violations]).toEqual(['I look.', 'tool_calls', []]);
      expect(observer.end?.usage?.outputTokens).toBeGreaterThan(0);
    }
    await vi.waitFor(
      async () => expect(await supervisor.request('thread/loaded/list', {})).toEqual({ data: [], nextCursor: null }),
      10_000,
    );
    expect(provider.requests).toHaveLength(20);
    expect(events.kept.onProtocolError).toEqual([]);
    // The worker calls each of these an error of its own; a call that waits when its turn is interrupted is cancelled.
    const complaints = events.kept.onStderr.filter(({ text }) => text.includes('tool call') && !text.includes('cancelled'));
    expect(complaints).toEqual([]);
  });

  test.each<[string, ProviderFault, string]>([
    ['is cut', { kind: 'cut', afterDeltas: 4 }, 'provider_error'],
    ['ends early', { kind: 'cut', afterDeltas: 99, clean: true }, 'provider_error'],
    ['fails', { kind: 'failed', code: 'rate_limit_exceeded', message: 'Slow down.' }, 'provider_rate_limited'],
    ['is too long', { kind: 'incomplete', reason: 'max_output_tokens' }, 'length'],
  ])('when the response %s after them, the turn says so', async (_, fault, result) => {
    const provider = await demoProvider({
      script: () => ({ deltas: ['I look.'], functionCalls: [call('Oslo'), call('Rome')], interTokenMs: 3, fault }),
    });
    const { run, ready } = supervise(codexCommand(provider));
    await ready();
    const { observer } = run({ tools });
    await observer.settled();
    expect(observer.calls[0]).toEqual({ callId: 'call_Oslo', tool: 'look', arguments: '{"city" : "Oslo"}' });
    expect(observer.result).toBe(result);
    expect(provider.requests).toHaveLength(1);
  });

  test('a slow call after another is waited for', async () => {
    const provider = await demoProvider({
      script: () => ({
        deltas: [],
        functionCalls: [call('Oslo'), { ...call('Rome'), arguments: ['{"city"', ':', '"Rome"', '}'] }],
        interTokenMs: 600,
      }),
    });
    const { run, ready } = supervise(codexCommand(provider));
    await ready();
    const { observer } = run({ tools });
    await observer.settled();
    expect(observer.calls.map((one) => one.arguments)).toEqual(['{"city" : "Oslo"}', '{"city":"Rome"}']);
    expect(observer.result).toBe('tool_calls');
    expect(provider.requests).toHaveLength(1);
  });
});
