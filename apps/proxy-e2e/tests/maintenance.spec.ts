import { expect, test, type APIRequestContext } from '@playwright/test';
import { SERVED_MODEL, startStack, streamInPage, type Stack } from '../src/index.ts';

let stack: Stack;

test.beforeAll(async () => {
  stack = await startStack({ firstTokenMs: 300, interTokenMs: 60, deltas: 20 });
});

test.afterAll(async () => {
  await stack.stop();
});

test.beforeEach(async ({ page }) => {
  await page.goto(stack.pageUrl);
});

function chat(): { url: string; apiKey: string; body: object } {
  const body = { model: SERVED_MODEL, stream: true, messages: [{ role: 'user', content: 'Count for me.' }] };
  return { url: `${stack.proxyUrl}/v1/chat/completions`, apiKey: stack.apiKey, body };
}

/** What the operator does; a browser page of another origin may not. */
async function toggle(request: APIRequestContext, data: object): Promise<Record<string, unknown>> {
  const headers = { Authorization: `Bearer ${stack.adminToken}` };
  const response = await request.post(`${stack.proxyUrl}/internal/maintenance`, { headers, data });
  expect(response.status()).toBe(200);
  return response.json();
}

function textOf(reads: readonly { readonly text: string }[]): string {
  return reads.map((read) => read.text).join('');
}

test('an operator switches it on and off: the stream in flight finishes, the next is refused, the one after is served', async ({
  page,
  request,
}) => {
  const before = streamInPage(page, chat());
  await stack.waitForLog({ event: 'stream_started' });

  const state = await toggle(request, { enabled: true, reason: 'Moving the database', author: 'e2e', retry_after_seconds: 5 });
  expect(state).toMatchObject({ enabled: true, reason: 'Moving the database', author: 'e2e', retry_after_seconds: 5 });

  const refused = await streamInPage(page, chat());
  expect(refused).toMatchObject({ status: 503, retryAfter: '5', contentType: 'application/json; charset=utf-8' });
  expect(JSON.parse(textOf(refused.reads))).toEqual({
    error: { message: 'The proxy is in maintenance: Moving the database', type: 'server_error', code: 'maintenance', retryable: true },
  });

  const probe = await request.get(`${stack.proxyUrl}/readyz`);
  expect([probe.status(), await probe.json()]).toEqual([200, { status: 'ok', worker_state: 'ready', maintenance_mode: true }]);
  expect(await stack.metric('codex_maintenance_mode{state="on"}')).toBe(1);

  const whole = textOf((await before).reads);
  expect((await before).status).toBe(200);
  expect(whole.endsWith('data: [DONE]\n\n')).toBe(true);
  expect(whole).toContain('word19 ');

  expect(await toggle(request, { enabled: false, author: 'e2e' })).toMatchObject({ enabled: false });
  const after = await streamInPage(page, chat());
  expect([after.status, textOf(after.reads).endsWith('data: [DONE]\n\n')]).toEqual([200, true]);
  expect(await stack.metric('codex_maintenance_mode{state="on"}')).toBe(0);

  const fields = { event: 'maintenance_toggled', source: 'endpoint', author: 'e2e' };
  expect(await stack.waitForLog({ ...fields, from: 'off', to: 'on' })).toMatchObject({ level: 'warn', reason: 'Moving the database' });
  await stack.waitForLog({ ...fields, from: 'on', to: 'off' });
  expect(await stack.waitForLog({ event: 'request_completed', request_id: refused.requestId })).toMatchObject({
    outcome: 'refused',
    error_code: 'maintenance',
    maintenance_mode: true,
  });
});

test('what it was switched on for passes, and a page that waited as it was told is served', async ({ page, request }) => {
  await toggle(request, { enabled: true, expires_in_seconds: 2 });
  const refused = await streamInPage(page, chat());
  expect(refused.status).toBe(503);
  expect(Number(refused.retryAfter)).toBeLessThanOrEqual(2);
  await page.waitForTimeout(Number(refused.retryAfter) * 1_000);
  expect((await streamInPage(page, chat())).status).toBe(200);
  await stack.waitForLog({ event: 'maintenance_toggled', from: 'on', to: 'off', source: 'expiry' });
});

test('a page may not switch it', async ({ page }) => {
  const url = `${stack.proxyUrl}/internal/maintenance`;
  const outcome = await page.evaluate(
    async ([target, token]) =>
      fetch(target ?? '', {
        method: 'POST',
        headers: { Authorization: `Bearer ${token ?? ''}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ enabled: true }),
      }).then(
        (response) => response.status,
        () => 'not let through by the browser',
      ),
    [url, stack.adminToken],
  );
  expect(outcome).toBe('not let through by the browser');
  expect(await stack.metric('codex_maintenance_mode{state="on"}')).toBe(0);
});
