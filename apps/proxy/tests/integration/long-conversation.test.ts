import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, sentBody, startProvider, type ProviderUnderTest } from '../support/provider-under-test.ts';

let provider: ProviderUnderTest;

beforeAll(async () => {
  provider = await startProvider();
});

afterAll(async () => {
  await provider.close();
});

const LONG = 'all of it matters, to the last word; '.repeat(60_000);

test.each([
  ['a model that the worker does not know', MODEL],
  ['a model that it knows', 'gpt-5.5'],
])('a conversation of two megabytes reaches the provider whole, in one request: %s', async (_what, model) => {
  const proxy: ProxyUnderTest = await startReadyProxy({ ...provider.settings, CODEX_MODEL: model });
  try {
    provider.answer({ deltas: ['read'] });
    const before = provider.demo.requests.length;
    const messages = [
      { role: 'user' as const, content: `first ${LONG}` },
      { role: 'assistant' as const, content: 'go on' },
      { role: 'user' as const, content: 'and?' },
    ];
    const answer = await proxy.openai.chat.completions.create({ model, messages });
    expect(answer.choices[0]?.message.content).toBe('read');
    expect(provider.demo.requests.length - before).toBe(1);
    expect(JSON.stringify(sentBody(provider.demo.requests.at(-1)!).input)).toContain(`first ${LONG}`);
  } finally {
    await proxy.remove();
  }
});
