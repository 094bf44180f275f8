import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { TokenUsage } from '@codex-proxy/contracts';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { RequestRecord } from '../../src/ingress/request-record.ts';
import { ChatStream, type ChatStreamOptions } from '../../src/openai/chat-stream.ts';
import { openConnection } from '../support/raw-http.ts';
import { readEvents, textOf } from '../support/sse.ts';
import { reader } from '../support/textual.ts';

const USAGE: TokenUsage = { inputTokens: 3, cachedInputTokens: 1, outputTokens: 4, reasoningOutputTokens: 2 };
const FAILURE = { kind: 'failed', failure: { code: 'worker_exited', message: 'gone' } } as const;
const COMPLETED = { kind: 'completed', finishReason: 'stop', usage: USAGE } as const;

interface Bench {
  readonly stream: ChatStream;
  readonly record: RequestRecord;
  /** What the stream reported, in order. */
  readonly reports: readonly string[];
  advance(ms: number): void;
}

function bench(response: ServerResponse, settings: Partial<ChatStreamOptions> = {}): Bench {
  let nowMs = 1_000;
  const reports: string[] = [];
  const record = new RequestRecord({
    suffix: 'abc',
    clientRequestId: undefined,
    method: 'POST',
    route: '/v1/chat/completions',
    startedAtMs: 900,
  });
  const stream = new ChatStream({
    response,
    record,
    model: 'm',
    created: 7,
    includeUsage: false,
    mustCall: false,
    parallelCalls: true,
    offeredTools: ['look', 'mcp__x'],
    onNativeCall: ({ function: { name } }) => reports.push(`call ${name}`),
    paramOf: () => undefined,
    readText: reader(),
    onStop: () => reports.push('stop'),
    maxBufferBytes: 1_048_576,
    keepaliveMs: 100,
    monotonicMs: () => nowMs,
    events: {
      onStarted: (model) => reports.push(`started ${model}`),
      onContent: (_model, count, gapMs) => reports.push(`content ${String(count)} ${String(gapMs)}`),
      onKeepalive: () => reports.push('keepalive'),
      onDone: (count) => reports.push(`done ${String(count)}`),
      onDisconnected: (reason, count) => reports.push(`disconnected ${reason} ${String(count)}`),
      onEnded: () => reports.push('ended'),
    },
    onSettled: () => undefined,
    onDefect: (error) => reports.push(`defect ${String(error)}`),
    ...settings,
  });
  return { stream, record, reports, advance: (ms) => (nowMs += ms) };
}

interface Answer extends Bench {
  readonly response: Response;
  readonly body: string;
}

/** Lets `drive` play a turn to a client that reads it all. */
async function play(drive: (bench: Bench) => void | Promise<void>, settings: Partial<ChatStreamOptions> = {}): Promise<Answer> {
  let used: Bench | undefined;
  const server = createServer((_request, response) => {
    used = bench(response, settings);
    void drive(used);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const response = await fetch(`http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`, {
    headers: { connection: 'close' },
  });
  const body = await response.text();
  if (used === undefined) throw new Error('no request came');
  return { ...used, response, body };
}

const tick = async (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('a stream', () => {
  test('says who speaks, then each delta as an event of its own, then why it ended', async () => {
    const { body, response, reports, record } = await play(({ stream }) => {
      stream.onAdmitted({ queueMs: 5, workerPid: 77 });
      for (const text of ['1', '0', '0', '0']) stream.onDelta(text);
      stream.onEnd(COMPLETED);
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform');
    const { chunks, done } = readEvents(body);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta)).toEqual([
      { role: 'assistant', content: '', refusal: null },
      { content: '1' },
      { content: '0' },
      { content: '0' },
      { content: '0' },
      {},
    ]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(done).toBe(true);
    expect(new Set(chunks.map((chunk) => `${chunk.id} ${String(chunk.created)} ${chunk.model}`))).toEqual(new Set(['chatcmpl-abc 7 m']));
    expect(reports).toEqual(['content 4 undefined', 'started m', 'ended', 'done 4']);
    expect(record).toMatchObject({ deltaCount: 4, firstDeltaAtMs: 1_000, queueMs: 5, workerPid: 77, finishReason: 'stop', usage: USAGE });
  });

  test('sends the deltas of one read in one write, and measures the time between', async () => {
    const { body, reports } = await play(async ({ stream, advance }) => {
      stream.onDelta('a');
      stream.onDelta('b');
      await tick();
      advance(30);
      stream.onDelta('c');
      await tick();
      stream.onEnd(COMPLETED);
    });
    expect(textOf(body)).toBe('abc');
    expect(reports).toEqual(['content 2 undefined', 'started m', 'content 1 30', 'ended', 'done 3']);
  });

  test('says what is called after what was said, and counts calls as content', async () => {
    const { body, reports, record } = await play(({ stream }) => {
      stream.onDelta('Let me look.');
      stream.onToolCall({ callId: 'c1', tool: 'look', arguments: '{"at":1.0}' });
      stream.onToolCall({ callId: 'c2', tool: '_mcp__x', arguments: '' });
      stream.onEnd({ kind: 'completed', finishReason: 'tool_calls', usage: USAGE });
    });
    const { chunks, done } = readEvents(body);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta)).toEqual([
      { role: 'assistant', content: '', refusal: null },
      { content: 'Let me look.' },
      { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'look', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"at":1.0}' } }] },
      { tool_calls: [{ index: 1, id: 'c2', type: 'function', function: { name: 'mcp__x', arguments: '' } }] },
      {},
    ]);
    expect([chunks.at(-1)?.choices[0]?.finish_reason, done]).toEqual(['tool_calls', true]);
    expect(reports).toEqual(['call look', 'call mcp__x', 'content 3 undefined', 'started m', 'ended', 'done 3']);
    expect(record).toMatchObject({ deltaCount: 3, firstDeltaAtMs: 1_000, finishReason: 'tool_calls', usage: USAGE });
  });

  test('without parallel calls tells nobody of a second one', async () => {
    const { body, reports } = await play(
      ({ stream }) => {
        stream.onToolCall({ callId: 'c1', tool: 'look', arguments: '{}' });
        stream.onToolCall({ callId: 'c2', tool: '_mcp__x', arguments: '{}' });
        stream.onEnd({ kind: 'completed', finishReason: 'tool_calls', usage: USAGE });
      },
      { parallelCalls: false },
    );
    expect(body).not.toContain('mcp__x');
    expect(reports.filter((report) => report.startsWith('call'))).toEqual(['call look']);
  });

  test('that only calls has no content', async () => {
    const { body } = await play(async ({ stream }) => {
      stream.onToolCall({ callId: 'c1', tool: 'look', arguments: '{}' });
      await tick();
      stream.onEnd({ kind: 'completed', finishReason: 'tool_calls' });
    });
    expect(readEvents(body).chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: null, refusal: null });
  });

  test('cannot be begun anew once it has called', async () => {
    let could: boolean | undefined;
    await play(({ stream }) => {
      stream.onToolCall({ callId: 'c1', tool: 'look', arguments: '{}' });
      could = stream.onAnswerRestarted();
      stream.onEnd(COMPLETED);
    });
    expect(could).toBe(false);
  });

  test('that was to call and did not has failed', async () => {
    const { body, record } = await play(
      ({ stream }) => {
        stream.onDelta('No.');
        stream.onEnd(COMPLETED);
      },
      { mustCall: true },
    );
    expect(readEvents(body)).toMatchObject({ done: true, error: { code: 'provider_error' } });
    expect([record.failed, record.usage]).toEqual([true, USAGE]);
  });

  test('that was to call and was cut short is what it is', async () => {
    const { body } = await play(({ stream }) => stream.onEnd({ kind: 'completed', finishReason: 'length' }), { mustCall: true });
    expect(readEvents(body).chunks.at(-1)?.choices[0]?.finish_reason).toBe('length');
  });

  test('without content is whole all the same', async () => {
    const { body, record } = await play(({ stream }) => stream.onEnd({ kind: 'completed', finishReason: 'stop' }));
    expect(readEvents(body)).toMatchObject({
      done: true,
      chunks: [{ choices: [{ delta: { role: 'assistant' } }] }, { choices: [{ finish_reason: 'stop' }] }],
    });
    expect(record.firstDeltaAtMs).toBeUndefined();
  });

  test('ends with the usage if that was asked for and is known', async () => {
    const ended = async (includeUsage: boolean, usage?: TokenUsage): Promise<unknown> => {
      const { body } = await play(({ stream }) => stream.onEnd({ kind: 'completed', finishReason: 'stop', usage }), { includeUsage });
      return readEvents(body).chunks.at(-1)?.usage;
    };
    expect(await ended(true, USAGE)).toEqual({
      prompt_tokens: 3,
      completion_tokens: 4,
      total_tokens: 7,
      prompt_tokens_details: { cached_tokens: 1 },
      completion_tokens_details: { reasoning_tokens: 2 },
    });
    expect(await ended(true)).toBeNull();
    expect(await ended(false, USAGE)).toBeUndefined();
  });
});

describe('a failure', () => {
  test('before any content has the status of its error', async () => {
    const { response, body, record, reports } = await play(({ stream }) => stream.onEnd(FAILURE));
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(JSON.parse(body)).toEqual({ error: { message: 'gone', type: 'server_error', code: 'worker_exited', retryable: true } });
    expect(record.failed).toBe(true);
    expect(reports).toEqual([]);
  });

  test('names the parameter that it is about, if it is known', async () => {
    const failure = { code: 'invalid_request', message: 'no' } as const;
    const { body } = await play(({ stream }) => stream.onEnd({ kind: 'failed', failure }), { paramOf: () => 'tools[0]' });
    expect(JSON.parse(body)).toMatchObject({ error: { param: 'tools[0]' } });
  });

  test.each([true, false])('after content is an event, once the content is out (in the same read: %s)', async (sameRead) => {
    const { response, body, record, reports } = await play(async ({ stream }) => {
      stream.onDelta('part');
      if (!sameRead) await tick();
      stream.onEnd({ ...FAILURE, usage: USAGE });
    });
    expect(response.status).toBe(200);
    const { chunks, error, done } = readEvents(body);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content).join('')).toBe('part');
    expect(error).toEqual({ message: 'gone', type: 'server_error', code: 'worker_exited', retryable: true });
    expect(done).toBe(true);
    expect(record).toMatchObject({ failed: true, usage: USAGE, deltaCount: 1 });
    expect(reports).toEqual(['content 1 undefined', 'started m', 'ended']);
  });

  test('after a keepalive is an event', async () => {
    const { response, body } = await play(({ stream, advance }) => {
      advance(100);
      stream.tick(1_100);
      stream.onEnd(FAILURE);
    });
    expect(response.status).toBe(200);
    expect(readEvents(body)).toMatchObject({ error: { code: 'worker_exited' }, done: true });
  });
});

describe('silence', () => {
  test('is filled by comments, the first of which brings the headers', async () => {
    const { body, reports } = await play(async ({ stream, advance }) => {
      stream.tick(1_099);
      for (const nowMs of [1_100, 1_199, 1_200]) {
        advance(nowMs === 1_100 ? 100 : nowMs === 1_200 ? 100 : 0);
        stream.tick(nowMs);
      }
      stream.onDelta('x');
      await tick();
      stream.tick(1_250);
      stream.onEnd(COMPLETED);
    });
    expect(body.split('\n\n').map((event) => (event.startsWith(':') ? event : event.slice(0, 5)))).toEqual([
      'data:',
      ': keepalive',
      ': keepalive',
      'data:',
      'data:',
      'data:',
      '',
    ]);
    expect(textOf(body)).toBe('x');
    expect(reports).toEqual(['started m', 'keepalive', 'keepalive', 'content 1 undefined', 'ended', 'done 1']);
  });
});

describe('an answer that the provider begins anew', () => {
  test('may be, while nothing has been shown', async () => {
    const allowed: boolean[] = [];
    await play(async ({ stream }) => {
      allowed.push(stream.onAnswerRestarted());
      stream.onDelta('x');
      allowed.push(stream.onAnswerRestarted());
      await tick();
      allowed.push(stream.onAnswerRestarted());
      stream.onEnd(COMPLETED);
    });
    expect(allowed).toEqual([true, false, false]);
  });
});

describe('a client', () => {
  test('that left is reported once, and hears nothing more', async () => {
    const response = unconnected();
    const { stream, reports } = bench(response.response);
    stream.onDelta('x');
    await tick();
    const before = response.written();
    stream.disconnect();
    stream.disconnect();
    stream.onDelta('y');
    await tick();
    stream.tick(99_999);
    stream.onEnd(COMPLETED);
    expect(response.written()).toBe(before);
    expect(reports).toEqual(['content 1 undefined', 'started m', 'disconnected client_closed 1', 'ended']);
  });

  test('that reads gets a text of many times the limit', async () => {
    const long = '漢'.repeat(1_060_000);
    const { body, record, reports } = await play(
      async ({ stream }) => {
        stream.onDelta(long);
        await tick();
        stream.onToolCall({ callId: 'c1', tool: 'look', arguments: long });
        await tick();
        stream.onDelta('!');
        stream.onEnd(COMPLETED);
      },
      { maxBufferBytes: 16_384 },
    );
    expect(textOf(body)).toBe(`${long}!`);
    expect(body.split(long)).toHaveLength(3);
    expect([record.cutReason, reports.at(-1)]).toEqual([undefined, 'done 3']);
  });

  test('that reads nothing of it is cut off, at the next tick after ten seconds', async () => {
    const served = Promise.withResolvers<Bench & { response: ServerResponse }>();
    const server = createServer((_request, response) => {
      const used = bench(response, { maxBufferBytes: 65_536 });
      response.once('close', () => used.stream.disconnect());
      used.stream.onDelta('x'.repeat(32_000_000));
      served.resolve({ ...used, response });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const { socket } = await openConnection(`http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`);
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const { stream, record, reports, response } = await served.promise;
    await tick();
    stream.tick(1_050);
    expect(record.cutReason).toBeUndefined();
    const closed = once(response, 'close');
    stream.tick(11_000);
    await closed;
    socket.destroy();
    expect([record.cutReason, reports.at(-2)]).toEqual(['slow_client', 'disconnected slow_client 1']);
  });

  test('that reads too slowly is cut off', async () => {
    const closed = Promise.withResolvers<Bench>();
    const server = createServer((_request, response) => {
      const used = bench(response, { maxBufferBytes: 65_536 });
      response.once('close', () => {
        used.stream.disconnect();
        closed.resolve(used);
      });
      const pour = (): void => {
        if (response.destroyed) return;
        used.stream.onDelta('x'.repeat(65_536));
        setImmediate(pour);
      };
      pour();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const { socket } = await openConnection(`http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`);
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const { record, reports } = await closed.promise;
    socket.destroy();
    expect(record.cutReason).toBe('slow_client');
    expect(reports.at(-1)).toBe('ended');
    expect(reports.at(-2)).toMatch(/^disconnected slow_client /);
  });
});

describe('tool calls that are written as text', () => {
  const BLOCK = '<use_tool><name>look</name><at>Oslo</at></use_tool>';

  test('are held back until they are whole, and then are calls; text before them is not', async () => {
    const { body, record } = await play(({ stream }) => {
      for (const text of ['Well', '. <', BLOCK.slice(1, 30), BLOCK.slice(30), ' Done.']) stream.onDelta(text);
      stream.onEnd(COMPLETED);
    });
    const { chunks } = readEvents(body);
    const deltas = chunks.map((chunk) => chunk.choices[0]?.delta);
    expect(deltas.map((delta) => delta?.content ?? (delta?.tool_calls === undefined ? '' : 'call'))).toEqual([
      '',
      'Well',
      '. ',
      'call',
      'call',
      ' Done.',
      '',
    ]);
    expect(deltas[3]?.tool_calls).toMatchObject([{ index: 0, type: 'function', function: { name: 'look', arguments: '' } }]);
    expect(deltas[4]?.tool_calls).toEqual([{ index: 0, function: { arguments: '{"at":"Oslo"}' } }]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
    expect(record.finishReason).toBe('tool_calls');
  });

  test('are shown as content too where that is asked for', async () => {
    const { body } = await play(
      ({ stream }) => {
        stream.onDelta(BLOCK);
        stream.onEnd(COMPLETED);
      },
      { readText: reader({ outputMode: 'obsidian-xml' }) },
    );
    expect(textOf(body)).toContain('<use_tool>');
    expect(body).toContain('"tool_calls"');
  });

  test('that never end are text', async () => {
    const heard: string[] = [];
    const { body } = await play(
      ({ stream }) => {
        stream.onDelta('<use_tool><name>lo');
        stream.onEnd(COMPLETED);
      },
      { readText: reader({}, heard) },
    );
    expect(textOf(body)).toBe('<use_tool><name>lo');
    expect(readEvents(body).chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(heard).toEqual(['started', 'aborted unterminated']);
  });

  test('that are open when a call comes that is no text are text before it', async () => {
    const { body } = await play(({ stream }) => {
      stream.onDelta('a <use_tool>half');
      stream.onToolCall({ callId: 'c1', tool: 'look', arguments: '' });
      stream.onEnd(COMPLETED);
    });
    const deltas = readEvents(body).chunks.map((chunk) => chunk.choices[0]?.delta);
    expect(deltas.map((delta) => delta?.content ?? (delta?.tool_calls === undefined ? '' : 'call'))).toEqual([
      '',
      'a ',
      '<use_tool>half',
      'call',
      '',
    ]);
  });

  test('are given but once where an answer can have but one call', async () => {
    const { body } = await play(
      ({ stream }) => {
        stream.onDelta(BLOCK);
        stream.onToolCall({ callId: 'c1', tool: 'look', arguments: '' });
        stream.onEnd(COMPLETED);
      },
      { parallelCalls: false },
    );
    expect(body.split('"name":"look"')).toHaveLength(2);
  });

  test('end the stream when they are enough, and the turn with it', async () => {
    const { body, reports } = await play(
      ({ stream }) => {
        stream.onDelta(`${BLOCK} and `);
        stream.onDelta(BLOCK);
        stream.onEnd(COMPLETED);
      },
      { readText: reader({ stopAfterTools: Infinity, stopAfterToolsMode: 'first' }) },
    );
    expect(body.split('"name":"look"')).toHaveLength(2);
    expect(reports.filter((report) => report === 'stop')).toHaveLength(1);
    expect(body.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  test('that were held back when the turn failed come before the error, if anything did; else the error has its status', async () => {
    const after = await play(({ stream }) => {
      stream.onDelta('Well. <use_tool>half');
      stream.onEnd(FAILURE);
    });
    expect(textOf(after.body)).toBe('Well. <use_tool>half');
    expect(after.body).toContain('"code":"worker_exited"');
    const alone = await play(({ stream }) => {
      stream.onDelta('<use_tool>half');
      stream.onEnd(FAILURE);
    });
    expect(alone.response.status).toBe(503);
  });

  test('that were held back when the client left are a disconnect', async () => {
    const heard: string[] = [];
    const { response } = unconnected();
    const { stream } = bench(response, { readText: reader({}, heard) });
    stream.onDelta('a <use_tool>half');
    stream.disconnect();
    await tick();
    expect(heard).toEqual(['started', 'aborted disconnect']);
  });
});

/** A response without a connection, whose writes are kept. */
function unconnected(): { response: ServerResponse; written: () => string } {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  let text = '';
  vi.spyOn(response, 'write').mockImplementation((piece: unknown) => {
    text += String(piece);
    return true;
  });
  vi.spyOn(response, 'end').mockImplementation((piece: unknown) => {
    text += String(piece);
    return response;
  });
  return { response, written: () => text };
}

test('whatever happens in whatever order, a stream is one: started once, ended once, and nothing after the end', async () => {
  const steps = fc.constantFrom('delta', 'deltas', 'silence', 'complete', 'fail', 'leave', 'turn of the loop');
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 12 }), async (script) => {
      const { response, written } = unconnected();
      const { stream, reports, advance } = bench(response);
      let nowMs = 1_000;
      let sent = '';
      let over = false;
      for (const step of script) {
        if (step === 'turn of the loop') await tick();
        else if (step === 'silence') {
          advance(100);
          stream.tick((nowMs += 100));
        } else if (step.startsWith('delta')) {
          for (const text of step === 'delta' ? ['a'] : ['b', '\n<', '💙', '<use']) {
            stream.onDelta(text);
            if (!over) sent += text;
          }
        } else {
          if (step === 'complete') stream.onEnd(COMPLETED);
          else if (step === 'fail') stream.onEnd(FAILURE);
          else stream.disconnect();
          over = true;
        }
      }
      await tick();
      const count = (start: string): number => reports.filter((report) => report.startsWith(start)).length;
      expect(count('started')).toBeLessThanOrEqual(1);
      expect(count('ended')).toBe(over ? count('started') : 0);
      expect(count('done') + count('disconnected')).toBeLessThanOrEqual(1);
      const body = written();
      expect(body.split('data: [DONE]').length - 1).toBeLessThanOrEqual(1);
      if (body.includes('data: [DONE]')) expect(body.endsWith('data: [DONE]\n\n')).toBe(true);
      if (script.includes('leave') || !body.startsWith('data: ')) return;
      // What could become a tool call waits for the end.
      expect(over ? sent : sent.slice(0, textOf(body).length)).toBe(textOf(body));
    }),
    { numRuns: 300 },
  );
});
