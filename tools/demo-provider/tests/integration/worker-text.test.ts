import { startDemoProvider, type DemoProvider, type ProviderAnswer } from '@codex-proxy/demo-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCodexWorker, type CodexWorker } from '../rig/codex-worker.ts';

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  'repeated characters': ['aaaa', 'aa', 'aaa', 'a', 'ha', 'haha', 'hahaha'],
  'a number in pieces': ['1', '0', '0', '0', ' 1000', '1000', ' 10', '100'],
  'overlapping tags': ['<use_', '<use_tool>', '</use_tool>', 'tool>', ' 1 < 2'],
  emoji: ['👩‍👩‍👧', '👦', '🇩🇪', '🇩🇪', '🫠'],
  'combining marks': ['e', '\u0301', 'a\u0308\u0323', '\u0301'],
  'line ends': ['a\r\n', '\r\n', '\n\n', '\r', 'b\n'],
  'quotes and backslashes': ['"', '\\', '\\"', '\\n', "'", '\\u0041', '\\\\'],
  'line separators': ['\u2028', '\u2029', '\u0085', '\u00a0', '\ufeff'],
  'control characters': ['\u0000', '\u0001', '\u001b[31m', '\u007f'],
  'white space at the ends': ['  lead ', ' ', '\t', ' trail  \n\n'],
  'things that look like events': ['data: [DONE]\n\n', 'event: x\n', ': comment\n\n', '{"type":"response.completed"}'],
};

describe('text on its way through the real worker', () => {
  let answer: ProviderAnswer = { deltas: [] };
  let provider: DemoProvider;
  let worker: CodexWorker;

  beforeAll(async () => {
    provider = await startDemoProvider({ script: () => answer });
    worker = await startCodexWorker({ baseUrl: provider.baseUrl });
  });
  afterAll(async () => {
    await worker.stop();
    await provider.close();
  });

  for (const [name, deltas] of Object.entries(TEXTS)) {
    it.each([undefined, 1, 7])(`keeps ${name}, delta by delta, in writes of %s bytes`, async (splitUtf8) => {
      answer = { deltas, ...(splitUtf8 === undefined ? {} : { splitUtf8 }) };
      const turn = await worker.turn();
      expect(turn.status).toBe('completed');
      const arrived = turn.frames.filter((frame) => frame.method === 'item/agentMessage/delta').map((frame) => frame.params?.['delta']);
      expect(arrived).toEqual(deltas);
      expect(Buffer.from(turn.text)).toEqual(Buffer.from(deltas.join('')));
    });
  }

  it('may hold back what could begin a tag of its own, and loses none of it', async () => {
    answer = { deltas: ['<', '<', '<b', '<', 'oai-mem', '-cit', 'y> <', 'o'] };
    expect((await worker.turn()).text).toBe(answer.deltas.join(''));
  });

  it('swallows empty deltas and hides Codex citations: the two texts that the worker itself changes', async () => {
    answer = { deltas: ['', 'a', '', '<oai-mem-citation>hidden</oai-mem-citation>', 'b'] };
    const turn = await worker.turn();
    expect(turn.text).toBe('ab');
  });

  it('reports the usage that the provider gave', async () => {
    answer = { deltas: ['x'], usage: { inputTokens: 1234, cachedInputTokens: 1024, outputTokens: 77, reasoningOutputTokens: 33 } };
    const { usage } = await worker.turn();
    expect(usage).toEqual({
      totalTokens: 1311,
      inputTokens: 1234,
      cachedInputTokens: 1024,
      cacheWriteInputTokens: 0,
      outputTokens: 77,
      reasoningOutputTokens: 33,
    });
  });

  it('carries a long answer of many deltas', async () => {
    answer = { deltas: Array.from({ length: 2000 }, (_, at) => `${at} `) };
    expect((await worker.turn()).text).toBe(answer.deltas.join(''));
  });
});
