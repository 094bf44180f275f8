import { startDemoProvider, type DemoProvider } from '@codex-proxy/demo-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startCodexWorker, type CodexWorker, type TurnOptions } from '../rig/codex-worker.ts';

const bodySchema = z.looseObject({
  instructions: z.string().optional(),
  input: z.array(
    z.looseObject({
      type: z.string(),
      role: z.string().optional(),
      content: z.array(z.looseObject({ text: z.string().optional() })).optional(),
    }),
  ),
  tools: z.array(z.looseObject({ name: z.string().optional() })).optional(),
  reasoning: z.unknown(),
  text: z.unknown().optional(),
});

const PIXEL = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('what the real worker asks of the provider', () => {
  let provider: DemoProvider;
  let worker: CodexWorker;

  beforeAll(async () => {
    provider = await startDemoProvider({ script: () => ({ deltas: ['ok'] }) });
    worker = await startCodexWorker({ baseUrl: provider.baseUrl, catalog: provider.models });
  });
  afterAll(async () => {
    await worker.stop();
    await provider.close();
  });

  async function asked(options: TurnOptions): Promise<z.infer<typeof bodySchema>> {
    const turn = await worker.turn(options);
    expect(turn.error).toBeNull();
    return bodySchema.parse(provider.requests.at(-1)?.body);
  }

  it('is nothing but the message, with the powers off and no instructions', async () => {
    const body = await asked({ thread: { baseInstructions: '' } });
    expect(body.input).toMatchObject([{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] }]);
    expect(body.tools).toEqual([]);
    expect(body.instructions).toBeUndefined();
    expect(provider.requests.at(-1)?.bodyBytes).toBeLessThan(2000);
  });

  it('has base and developer instructions as developer messages, first', async () => {
    const body = await asked({ thread: { baseInstructions: 'BASE', developerInstructions: 'DEV' } });
    expect(body.input.map((item) => [item.role, item.content?.[0]?.text])).toEqual([
      ['developer', 'BASE'],
      ['developer', 'DEV'],
      ['user', 'hi'],
    ]);
  });

  it('has injected items in their order, except system messages, which the worker drops without a word', async () => {
    const say = (role: string, text: string) => ({
      type: 'message',
      role,
      content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text }],
    });
    const picture = { type: 'message', role: 'user', content: [{ type: 'input_image', image_url: PIXEL }] };
    const call = { type: 'function_call', name: 'f', arguments: '{}', call_id: 'c1' };
    const result = { type: 'function_call_output', call_id: 'c1', output: '42' };
    const history = [say('system', 'S'), say('developer', 'D'), say('user', 'U'), say('assistant', 'A'), picture, call, result];
    const body = await asked({ thread: { baseInstructions: '' }, history });
    expect(body.input).toMatchObject([...history.slice(1), say('user', 'hi')]);
  });

  it('has images of the turn inline, and refuses those elsewhere', async () => {
    const input = (url: string) => [
      { type: 'text', text: 'what is it?', text_elements: [] },
      { type: 'image', url },
    ];
    const body = await asked({ turn: { input: input(PIXEL) } });
    expect(body.input.at(-1)?.content).toMatchObject([{ type: 'input_text' }, { type: 'input_image', image_url: PIXEL, detail: 'high' }]);
    await expect(worker.turn({ turn: { input: input('http://example.com/x.png') } })).rejects.toThrow(
      'remote image URLs are not supported',
    );
  });

  it.each(['none', 'minimal', 'low', 'medium', 'high', 'xhigh'])('passes the effort %s on', async (effort) => {
    expect((await asked({ turn: { effort } })).reasoning).toMatchObject({ effort });
  });

  it('carries the output schema as text.format, strict', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
    const body = await asked({ turn: { outputSchema: schema } });
    expect(body.text).toEqual({ format: { type: 'json_schema', strict: true, name: 'codex_output_schema', schema } });
  });

  it('is only ever POST /v1/responses', () => {
    expect(new Set(provider.requests.map((request) => `${request.method} ${request.path}`))).toEqual(new Set(['POST /v1/responses']));
  });

  it('leaves model/list to the catalog', async () => {
    const answer = await worker.client.request('model/list', {});
    const { data } = z.object({ data: z.array(z.object({ id: z.string(), isDefault: z.boolean() })) }).parse(answer.result);
    expect(data).toEqual([
      { id: 'demo-codex', isDefault: true },
      { id: 'demo-codex-mini', isDefault: false },
    ]);
  });

  it('says nothing of a model that the catalog knows, and warns of one that it does not', async () => {
    const warnings = (turn: Awaited<ReturnType<CodexWorker['turn']>>) => turn.frames.filter((frame) => frame.method === 'warning').length;
    expect(warnings(await worker.turn())).toBe(0);
    expect(warnings(await worker.turn({ thread: { model: 'unheard-of' } }))).toBe(1);
  });
});
