import { startDemoProvider } from '@codex-proxy/demo-provider';
import { expect, it } from 'vitest';
import { startCodexWorker } from '../rig/codex-worker.ts';

it('greets through the real worker, and obeys a schema there', async () => {
  const provider = await startDemoProvider({ firstTokenMs: 0, interTokenMs: 0 });
  const worker = await startCodexWorker({ baseUrl: provider.baseUrl, catalog: provider.models });
  try {
    const turn = await worker.turn({ text: 'Are you there?' });
    expect(turn.text).toContain('You asked: “Are you there?”');
    const outputSchema = {
      type: 'object',
      properties: { city: { type: 'string' }, warm: { type: 'boolean' } },
      required: ['city', 'warm'],
      additionalProperties: false,
    };
    const formatted = await worker.turn({ text: 'Oslo', turn: { outputSchema } });
    expect(JSON.parse(formatted.text)).toEqual({ city: 'Oslo', warm: true });
  } finally {
    await worker.stop();
    await provider.close();
  }
});
