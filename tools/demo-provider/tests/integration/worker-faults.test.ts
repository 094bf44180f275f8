import { readFileSync } from 'node:fs';
import { startDemoProvider, type DemoProvider, type ProviderAnswer } from '@codex-proxy/demo-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCodexWorker, type CodexWorker } from '../rig/codex-worker.ts';
import { FAULT_FACTS, factRow } from '../rig/fault-table.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describe.each([
  { name: 'without retries', retries: 0 },
  { name: 'with one retry each', retries: 1 },
])('what the real worker says of a fault, $name', ({ retries }) => {
  let answer: ProviderAnswer = { deltas: [] };
  let provider: DemoProvider;
  let worker: CodexWorker;

  beforeAll(async () => {
    provider = await startDemoProvider({ script: () => answer });
    const settings = {
      'provider.request_max_retries': retries,
      'provider.stream_max_retries': retries,
      'provider.stream_idle_timeout_ms': 300,
    };
    worker = await startCodexWorker({ baseUrl: provider.baseUrl, settings });
  });
  afterAll(async () => {
    await worker.stop();
    await provider.close();
  });

  it.each(FAULT_FACTS)('$label', async (fact) => {
    answer = { deltas: ['a', 'b'], fault: fact.fault };
    const before = provider.requests.length;
    const turn = await worker.turn();
    expect(turn.status).toBe('failed');
    expect(turn.error?.codexErrorInfo).toEqual(fact.codexErrorInfo);
    expect(turn.error?.message.replace(`${provider.baseUrl}/responses`, '{url}')).toBe(fact.message);
    expect(provider.requests.length - before).toBe(retries === 0 ? 1 : fact.requestsWithRetries);
    const last = turn.frames.findLast((frame) => frame.method === 'error');
    expect(last?.params).toMatchObject({ willRetry: false, error: turn.error });
    expect(readme).toContain(factRow(fact));
  });
});

it('a retried stream repeats the text already sent: another reason for stream_max_retries=0', async () => {
  const provider = await startDemoProvider({
    script: ({ index }) =>
      index === 0 ? { deltas: ['one ', 'two'], fault: { kind: 'cut', afterDeltas: 1 } } : { deltas: ['one ', 'two'] },
  });
  const worker = await startCodexWorker({ baseUrl: provider.baseUrl, settings: { 'provider.stream_max_retries': 1 } });
  try {
    const turn = await worker.turn();
    expect(turn.status).toBe('completed');
    expect(turn.text).toBe('one one two');
  } finally {
    await worker.stop();
    await provider.close();
  }
});

it('a provider that cannot be reached fails the turn, once features.unbounded_connection_retries is off', async () => {
  const provider = await startDemoProvider();
  await provider.close();
  const worker = await startCodexWorker({ baseUrl: provider.baseUrl });
  try {
    const turn = await worker.turn();
    expect(turn.error).toMatchObject({
      message: 'Connection failed: error sending request',
      codexErrorInfo: { httpConnectionFailed: { httpStatusCode: null } },
    });
  } finally {
    await worker.stop();
  }
});
