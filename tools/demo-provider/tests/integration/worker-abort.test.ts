import { once, EventEmitter } from 'node:events';
import { startDemoProvider } from '@codex-proxy/demo-provider';
import { expect, it } from 'vitest';
import { startCodexWorker, startThread } from '../rig/codex-worker.ts';

it('turn/interrupt closes the connection to the provider', async () => {
  const ends = new EventEmitter();
  const provider = await startDemoProvider({
    script: () => ({ deltas: Array.from({ length: 10_000 }, () => 'more '), interTokenMs: 20 }),
    onEnd: (request) => ends.emit('end', request),
  });
  const worker = await startCodexWorker({ baseUrl: provider.baseUrl });
  try {
    const threadId = await startThread(worker.client, worker.home);
    const ended = once(ends, 'end');
    await worker.client.request('turn/start', { threadId, input: [{ type: 'text', text: 'go on', text_elements: [] }] });
    const delta = await worker.client.frame((frame) => frame.method === 'item/agentMessage/delta');
    await worker.client.request('turn/interrupt', { threadId, turnId: delta.params?.['turnId'] });
    const completed = await worker.client.frame((frame) => frame.method === 'turn/completed');
    expect(completed.params?.['turn']).toMatchObject({ status: 'interrupted', error: null });
    await ended;
    expect(provider.requests).toHaveLength(1);
    expect(provider.requests[0]).toMatchObject({ path: '/v1/responses', aborted: true });
  } finally {
    await worker.stop();
    await provider.close();
  }
});
