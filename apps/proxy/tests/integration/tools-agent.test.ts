import type { ChatCompletionTool } from 'openai/resources/chat/completions';
import { expect, onTestFinished, test } from 'vitest';
import { startReadyProxy } from '../support/proxy-under-test.ts';
import { MODEL, sentBody, startProvider } from '../support/provider-under-test.ts';

const tool = (name: string): ChatCompletionTool => ({ type: 'function', function: { name } });

test('with powers of its own the model can use both: the worker runs its own tools, the client its own', async () => {
  const provider = await startProvider();
  const proxy = await startReadyProxy({ ...provider.settings, CODEX_AGENT_TOOLS: 'shell' });
  onTestFinished(async () => {
    await proxy.remove();
    await provider.close();
  });
  const usage = { inputTokens: 10, outputTokens: 3 };
  provider.answer(({ input }) =>
    input.some((item) => item.type === 'function_call_output')
      ? { deltas: ['Now you.'], functionCalls: [{ name: '_exec_command', arguments: '{}', callId: 'mine' }], usage }
      : { deltas: [], functionCalls: [{ name: 'exec_command', arguments: '{"cmd":"echo from-the-shell"}', callId: 'its' }], usage },
  );
  const { choices, usage: counted } = await proxy.openai.chat.completions.create({
    model: MODEL,
    messages: [{ role: 'user', content: 'go' }],
    tools: [tool('exec_command'), tool('other')],
  });
  const { tools = [], input } = sentBody(provider.demo.requests.at(-1)!);
  expect(tools.map((one) => Object(one).name)).toEqual(expect.arrayContaining(['exec_command', '_exec_command', 'other']));
  expect(input.at(-1)).toMatchObject({ call_id: 'its', output: expect.stringContaining('from-the-shell') });
  expect(choices[0]).toMatchObject({
    message: { content: 'Now you.', tool_calls: [{ id: 'mine', function: { name: 'exec_command', arguments: '{}' } }] },
    finish_reason: 'tool_calls',
  });
  expect(counted).toMatchObject({ prompt_tokens: 20, completion_tokens: 6 });
});
