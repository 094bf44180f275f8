import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const ADDRESS = 'http://127.0.0.1:11435';

const run = promisify(execFile);
let proxy: ProxyUnderTest;

beforeAll(async () => {
  proxy = await startReadyProxy({ PROXY_PROVIDER: 'demo' });
});

afterAll(async () => {
  await proxy.remove();
});

const reference = readFileSync(join(ROOT, 'docs/reference/api.md'), 'utf8');
const examples = [...reference.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '');

test.each(examples)('an example of the reference does what it says, with the demo provider: %#', async (code) => {
  const expected = [...code.matchAll(/\/\/ → (.*)$/gm)].map((match) => match[1]);
  expect(code).toContain(ADDRESS);
  const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '--eval', code.replaceAll(ADDRESS, proxy.url)], {
    cwd: join(ROOT, 'apps/proxy'),
    env: { ...process.env, PROXY_API_KEY: proxy.apiKey },
  });
  if (expected.length === 0) expect(stdout).toContain('Hello from the offline demo provider');
  else expect(stdout.trimEnd().split('\n')).toEqual(expected);
});

test('a call that is demanded is made', async () => {
  const { choices } = await proxy.openai.chat.completions.create({
    model: 'demo-codex',
    messages: [{ role: 'user', content: 'Hello' }],
    tools: [
      { type: 'function', function: { name: 'exec_command', parameters: { type: 'object', properties: { line: { type: 'string' } } } } },
    ],
    tool_choice: 'required',
  });
  expect(choices[0]).toMatchObject({
    finish_reason: 'tool_calls',
    message: { tool_calls: [{ function: { name: 'exec_command', arguments: '{"line":"Hello"}' } }] },
  });
});
