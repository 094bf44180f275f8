import { expect, test } from '@playwright/test';
import { SERVED_MODEL, startStack, streamInPage, type LogLine, type Stack } from '../src/index.ts';

const DELTAS = 20;
let stack: Stack;

test.beforeAll(async () => {
  stack = await startStack({ firstTokenMs: 600, interTokenMs: 60, deltas: DELTAS, keepaliveMs: 200 });
});

test.afterAll(async () => {
  await stack.stop();
});

test.beforeEach(async ({ page }) => {
  await page.goto(stack.pageUrl);
});

function chat(stream: boolean): { url: string; apiKey: string; body: object } {
  const body = { model: SERVED_MODEL, stream, messages: [{ role: 'user', content: 'Count for me.' }] };
  return { url: `${stack.proxyUrl}/v1/chat/completions`, apiKey: stack.apiKey, body };
}

/** Content of the events in a piece of a stream. */
function contents(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line): string => String(JSON.parse(line.slice('data: '.length)).choices?.[0]?.delta?.content ?? ''))
    .filter((content) => content !== '');
}

test('a page sees the deltas arrive one by one', async ({ page }) => {
  const answer = await streamInPage(page, chat(true));

  expect(answer.status).toBe(200);
  expect(answer.contentType).toBe('text/event-stream; charset=utf-8');
  const withContent = answer.reads.filter((read) => contents(read.text).length > 0);
  // Sixty milliseconds lie between deltas: most come alone, and none waits for the end.
  expect(withContent.length).toBeGreaterThan(DELTAS / 2);
  expect(withContent.flatMap((read) => contents(read.text)).join('')).toBe(stack.text);
  expect(
    answer.reads
      .map((read) => read.text)
      .join('')
      .endsWith('data: [DONE]\n\n'),
  ).toBe(true);

  const record = await stack.waitForLog({ event: 'request_completed', request_id: answer.requestId });
  expect(record).toMatchObject({ outcome: 'completed', status: 200, stream: true, delta_count: DELTAS, model: SERVED_MODEL });
});

test('a page that waits for the first token gets keepalive comments', async ({ page }) => {
  const answer = await streamInPage(page, chat(true));

  const text = answer.reads.map((read) => read.text).join('');
  expect(text.indexOf(': keepalive\n\n')).toBeGreaterThan(-1);
  expect(text.indexOf(': keepalive\n\n')).toBeLessThan(text.indexOf('word0'));
  expect(answer.reads.flatMap((read) => contents(read.text)).join('')).toBe(stack.text);
  await stack.waitForLog({ event: 'stream_keepalive', request_id: answer.requestId });
});

test('a page gets JSON when it does not ask for a stream', async ({ page }) => {
  const answer = await streamInPage(page, chat(false));

  expect(answer.contentType).toBe('application/json; charset=utf-8');
  const completion = JSON.parse(answer.reads.map((read) => read.text).join(''));
  expect(completion.choices[0].message).toMatchObject({ role: 'assistant', content: stack.text });
  expect(completion.usage.total_tokens).toBe(completion.usage.prompt_tokens + completion.usage.completion_tokens);
});

test('a page that goes away mid-stream is seen in logs and metrics, and the model is stopped', async ({ page }) => {
  const closedBefore = await stack.metric('codex_stream_end_total{outcome="client_closed"}');
  const started = page.evaluate(async ({ url, apiKey, body }) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const reader = response.body?.getReader();
    const decoder = new TextDecoder();
    for (let text = ''; !text.includes('word0');) text += decoder.decode((await reader?.read())?.value);
    return response.headers.get('x-request-id') ?? '';
  }, chat(true));
  const requestId = await started;
  expect(await stack.metric('codex_streams_active')).toBe(1);

  await page.goto('about:blank');

  expect(await stack.waitForLog({ event: 'stream_disconnected', request_id: requestId })).toMatchObject({ reason: 'client_closed' });
  const record = await stack.waitForLog({ event: 'request_completed', request_id: requestId });
  expect(record).toMatchObject({ outcome: 'client_closed', status: 499, error_code: 'client_closed', stream: true });
  expect(Number(record.delta_count)).toBeLessThan(DELTAS);
  await expect.poll(async () => stack.metric('codex_streams_active')).toBe(0);
  expect(await stack.metric('codex_stream_end_total{outcome="client_closed"}')).toBe(closedBefore + 1);
  await expect
    .poll(async () =>
      (await stack.file('proto.ndjson')).some((line: LogLine) => line.request_id === requestId && line.rpc_method === 'turn/interrupt'),
    )
    .toBe(true);
});

test('a page with a wrong key gets the JSON envelope, and may read it', async ({ page }) => {
  const answer = await streamInPage(page, { ...chat(true), apiKey: 'wrong-key' });

  expect(answer.status).toBe(401);
  expect(JSON.parse(answer.reads.map((read) => read.text).join('')).error).toMatchObject({ code: 'invalid_api_key', retryable: false });
  expect(answer.requestId).toMatch(/^req_/);
});
