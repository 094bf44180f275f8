import { startDemoProvider } from '@codex-proxy/demo-provider';
import { expect, it } from 'vitest';
import { startCodexWorker, startThread } from '../rig/codex-worker.ts';

it('a scripted function call reaches the client as item/tool/call, and its result the provider', async () => {
  const provider = await startDemoProvider({
    script: ({ index }) =>
      index === 0
        ? {
            deltas: ['Let me look.'],
            reasoning: ['I ', 'wonder.'],
            functionCalls: [{ name: 'weather', arguments: '{"city":"Oslo"}', callId: 'call_1' }],
          }
        : { deltas: ['Sunny.'], usage: { inputTokens: 30, outputTokens: 2 } },
  });
  const worker = await startCodexWorker({ baseUrl: provider.baseUrl });
  const { client } = worker;
  try {
    const inputSchema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };
    const threadId = await startThread(client, worker.home, {
      dynamicTools: [{ type: 'function', name: 'weather', description: 'Weather', inputSchema }],
    });
    await client.request('turn/start', { threadId, input: [{ type: 'text', text: 'Oslo?', text_elements: [] }] });
    const call = await client.frame((frame) => frame.method === 'item/tool/call');
    expect(call.params).toMatchObject({ threadId, callId: 'call_1', tool: 'weather', arguments: { city: 'Oslo' } });
    client.respond(call.id ?? '', { contentItems: [{ type: 'inputText', text: 'sun' }], success: true });
    await client.frame((frame) => frame.method === 'turn/completed');
    const deltas = client.frames.filter((frame) => frame.method === 'item/agentMessage/delta').map((frame) => frame.params?.['delta']);
    expect(deltas).toEqual(['Let me look.', 'Sunny.']);
    const thoughts = client.frames
      .filter((frame) => frame.method === 'item/reasoning/summaryTextDelta')
      .map((frame) => frame.params?.['delta']);
    expect(thoughts).toEqual(['I ', 'wonder.']);
    expect(provider.requests.at(-1)?.body).toMatchObject({
      input: expect.arrayContaining([expect.objectContaining({ type: 'function_call_output', output: 'sun' })]),
    });
  } finally {
    await worker.stop();
    await provider.close();
  }
});
