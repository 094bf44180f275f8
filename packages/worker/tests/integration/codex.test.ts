import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderFault } from '@codex-proxy/demo-provider';
import type { HistoryItem, Supervisor } from '@codex-proxy/worker';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { isDeltaLine, parseDeltaLine } from '../../src/channel/delta-line.ts';
import { codexCommand, demoProvider } from '../rig/codex-command.ts';
import { CodexProtocol } from '../rig/codex-protocol.ts';
import { groupLives } from '../rig/process-table.ts';
import { supervise, temporaryFolder } from '../rig/supervised.ts';

const user = (text: string): HistoryItem => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
const assistant = (text: string): HistoryItem => ({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] });
const input = (text: string) => ({ input: [{ type: 'text', text, text_elements: [] }] }) as const;

/** The worker unloads a thread a moment after it has said so. */
async function everyThreadUnloaded(supervisor: Supervisor): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await supervisor.request('thread/loaded/list', {})).toEqual({ data: [], nextCursor: null });
    },
    { timeout: 10_000 },
  );
}

describe('turns on the real worker', () => {
  test('bring the text byte for byte, and the usage as the provider counted it', async () => {
    const sets = [
      ['10', '00', '00', ' ', ' ', 'aa', 'a', 'a'],
      ['<use_tool', '>', '</', 'use_tool', '>\n\n', '"\\"', '\t'],
      ['e\u0301', '👩‍👩‍👧', '\u2028\u2029\u0085', '\uFEFF', '漢字', '\u0000\u001f\u007f'],
      ...fc.sample(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 20 }), 12),
    ];
    const usage = { inputTokens: 1_234, cachedInputTokens: 1_000, outputTokens: 56, reasoningOutputTokens: 7 };
    const provider = await demoProvider({
      script: (request) => ({ deltas: sets[Number(request.lastUserText)] ?? [], usage, splitUtf8: 1 + (Number(request.lastUserText) % 7) }),
    });
    const { run, ready, events } = supervise(codexCommand(provider));
    await ready();
    const turns = sets.map((deltas, at) => ({ deltas, ...run(input(String(at))) }));
    for (const { deltas, observer } of turns) {
      await observer.settled();
      expect(observer.text).toBe(deltas.join(''));
      expect(observer.ends).toEqual([{ kind: 'completed', finishReason: 'stop', usage }]);
      expect(observer.violations).toEqual([]);
    }
    expect(events.kept.onProtocolError).toEqual([]);
    expect(events.kept.onServerRequest).toEqual([]);
  });

  test('bring each text to the one who asked, forty at once, and leave no thread', async () => {
    const provider = await demoProvider({
      script: ({ lastUserText }) => ({ deltas: Array.from({ length: 30 }, (_, at) => `${lastUserText}.${String(at)} `), interTokenMs: 1 }),
    });
    const { supervisor, run, ready } = supervise(codexCommand(provider), { maxConcurrency: 40 });
    await ready();
    const turns = Array.from({ length: 40 }, (_, at) => ({ name: `turn-${String(at)}`, ...run(input(`turn-${String(at)}`)) }));
    expect(supervisor.snapshot().inflight).toBe(40);
    for (const { name, observer } of turns) {
      await observer.settled();
      expect(observer.text).toBe(Array.from({ length: 30 }, (_, at) => `${name}.${String(at)} `).join(''));
      expect(observer.result).toBe('stop');
    }
    expect(supervisor.snapshot()).toMatchObject({ inflight: 0, queueDepth: 0 });
    await everyThreadUnloaded(supervisor);
  });

  test('take the history in order, before the input, and nothing of their own', async () => {
    const provider = await demoProvider({ script: () => ({ deltas: ['ok'] }) });
    const { run, ready } = supervise(codexCommand(provider));
    await ready();
    const history: HistoryItem[] = [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be brief.' }] },
      user('What is the weather?'),
      { type: 'function_call', name: 'weather', arguments: '{"at":"sea"}', call_id: 'call_1' },
      { type: 'function_call_output', call_id: 'call_1', output: 'Calm.' },
      assistant('Calm.'),
    ];
    const outputSchema = { type: 'object', properties: {}, additionalProperties: false, required: [] };
    const { observer } = run({ ...input('And now?'), history, instructions: 'You are a sailor.', effort: 'low', outputSchema });
    expect((await observer.settled()).result).toBe('stop');
    const body = Object(provider.requests.at(-1)?.body);
    const items = body.input.map((item: { type: string; role?: string; content?: { text: string }[] }) => [
      item.role ?? item.type,
      item.content?.map(({ text }) => text).join(''),
    ]);
    expect(items).toEqual([
      ['developer', 'You are a sailor.'],
      ['developer', 'Be brief.'],
      ['user', 'What is the weather?'],
      ['function_call', undefined],
      ['function_call_output', undefined],
      ['assistant', 'Calm.'],
      ['user', 'And now?'],
    ]);
    expect(body).toMatchObject({
      tools: [],
      reasoning: { effort: 'low' },
      text: { format: { type: 'json_schema', schema: outputSchema } },
    });
  });

  test('send only what is read, and deltas of the form that is read without JSON.parse', async () => {
    const provider = await demoProvider({ script: () => ({ deltas: ['plain ', 'text ', '“€” 🙂'] }) });
    const copy = join(temporaryFolder(), 'frames');
    const { file, args, ...rest } = codexCommand(provider);
    const { run, ready } = supervise({
      ...rest,
      file: '/bin/sh',
      args: ['-c', '"$0" "$@" | tee "$COPY"', file, ...args],
      env: { ...rest.env, COPY: copy },
    });
    await ready();
    await run().observer.settled();
    const lines = readFileSync(copy, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const notifications = lines.map((line) => JSON.parse(line)).filter((frame) => frame.id === undefined);
    expect([...new Set(notifications.map(({ method }) => method))].toSorted()).toEqual([
      'item/agentMessage/delta',
      'item/completed',
      'thread/tokenUsage/updated',
      'turn/completed',
    ]);
    expect(lines.filter((line) => isDeltaLine(line)).map((line) => parseDeltaLine(line)?.text)).toEqual(['plain ', 'text ', '“€” 🙂']);
    const protocol = new CodexProtocol();
    for (const { emittedAtMs: _, ...frame } of notifications) expect(protocol.problemsOfFrame('ServerNotification', frame)).toEqual([]);
    protocol.remove();
  });
});

describe('on the real worker', () => {
  test('an abort closes the connection to the provider, and the thread is unloaded', async () => {
    const ends = new EventEmitter();
    const provider = await demoProvider({
      script: () => ({ deltas: Array.from({ length: 10_000 }, () => 'more '), interTokenMs: 20 }),
      onEnd: (request) => ends.emit('end', request),
    });
    const { supervisor, run, ready } = supervise(codexCommand(provider));
    await ready();
    const { turn, observer } = run();
    await observer.heard(2);
    const left = once(ends, 'end');
    turn.abort();
    const [request] = await left;
    expect(request).toMatchObject({ path: '/v1/responses', aborted: true });
    await observer.settled();
    expect(observer.ends).toEqual([]);
    await everyThreadUnloaded(supervisor);
    expect(supervisor.snapshot().inflight).toBe(0);
  });

  test('aborts at any moment leave no thread and no connection', async () => {
    const provider = await demoProvider({ script: () => ({ deltas: Array.from({ length: 1_000 }, () => 'more '), interTokenMs: 5 }) });
    const { supervisor, run, ready } = supervise(codexCommand(provider), { maxConcurrency: 6 });
    await ready();
    const turns = Array.from({ length: 18 }, (_, at) => ({ at, ...run({ history: [user('before')] }) }));
    await Promise.all(
      turns.map(async ({ at, turn, observer }) => {
        if (at % 3 === 1) await observer.admitted();
        if (at % 3 === 2) await observer.heard();
        turn.abort();
        await observer.settled();
        expect(observer.ends).toEqual([]);
      }),
    );
    await everyThreadUnloaded(supervisor);
    expect(supervisor.snapshot()).toMatchObject({ inflight: 0, queueDepth: 0, restartCount: 0 });
    expect(provider.requests.filter((request) => request.endedAtMs === undefined)).toEqual([]);
  });

  test('what goes wrong at the provider is told in terms of the table of errors, without the address', async () => {
    const refusal = { error: { message: 'No.', type: 'invalid_request_error' } };
    const faults: Readonly<Record<string, readonly [fault: ProviderFault, expected: string]>> = {
      'a wrong key': [{ kind: 'http', status: 401, body: refusal }, 'provider_error'],
      'too many requests': [{ kind: 'http', status: 429, body: refusal }, 'provider_rate_limited'],
      'a bad request': [{ kind: 'http', status: 400, body: refusal }, 'invalid_request'],
      'a long conversation': [{ kind: 'failed', code: 'context_length_exceeded', message: 'No.' }, 'context_length_exceeded'],
      'a broken stream': [{ kind: 'cut', afterDeltas: 1 }, 'provider_error'],
      'a limit of the answer': [{ kind: 'incomplete', reason: 'max_output_tokens' }, 'length'],
    };
    const provider = await demoProvider({
      script: ({ lastUserText }) => {
        const fault = faults[lastUserText]?.[0];
        return { deltas: ['one', 'two'], ...(fault === undefined ? {} : { fault }) };
      },
    });
    const { supervisor, run, ready } = supervise(codexCommand(provider));
    await ready();
    for (const [name, [, expected]] of Object.entries(faults)) {
      const { observer } = run(input(name));
      await observer.settled();
      expect(observer.result, name).toBe(expected);
      expect(JSON.stringify(observer.ends)).not.toContain('127.0.0.1');
    }
    await everyThreadUnloaded(supervisor);
  });

  test('a history that the worker refuses costs no answer', async () => {
    const provider = await demoProvider({ script: () => ({ deltas: Array.from({ length: 1_000 }, () => 'more '), interTokenMs: 5 }) });
    const { supervisor, run, ready } = supervise(codexCommand(provider));
    await ready();
    const history: HistoryItem[] = [
      { type: 'message', role: 'user', content: [{ type: 'input_image', image_url: 'http://127.0.0.1/dot.png' }] },
    ];
    const { observer } = run({ history });
    await observer.settled();
    expect([observer.result, observer.text]).toEqual(['invalid_request', '']);
    await everyThreadUnloaded(supervisor);
    expect(provider.requests.filter((request) => request.endedAtMs === undefined)).toEqual([]);
  });

  test('a kill in the middle of a turn fails it, and the next turn is served by the next worker', async () => {
    const provider = await demoProvider({
      script: ({ lastUserText }) => ({ deltas: ['a', 'b'], ...(lastUserText === 'hi' ? { fault: { kind: 'hang', afterDeltas: 1 } } : {}) }),
    });
    const { supervisor, events, run, ready } = supervise(codexCommand(provider));
    await ready();
    const { pid, version } = supervisor.snapshot();
    expect(version).toBe('0.169.0');
    const { observer } = run();
    await observer.heard();
    process.kill(pid!, 'SIGKILL');
    await observer.settled();
    expect(observer.result).toBe('worker_exited');
    expect((await run(input('again')).observer.settled()).text).toBe('ab');
    expect(events.kept.onExited).toMatchObject([{ pid, signal: 'SIGKILL', reason: 'signal', turnsLost: 1 }]);
    const successor = supervisor.snapshot().pid!;
    await supervisor.stop(0);
    expect([groupLives(pid!), groupLives(successor)]).toEqual([false, false]);
  });
});
