import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runEventsPageSchema, runsPageSchema, type RunEventsPage } from '@codex-proxy/contracts';
import { startReadyProxy, startTestProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, startProvider, type ProviderUnderTest } from '../support/provider-under-test.ts';
import { makeFolder } from '../support/temporary-folder.ts';

let provider: ProviderUnderTest;
let proxy: ProxyUnderTest;

beforeAll(async () => {
  provider = await startProvider();
  proxy = await startReadyProxy(provider.settings);
});

afterAll(async () => {
  await proxy.remove();
  await provider.close();
});

beforeEach(() => {
  provider.answer({
    deltas: ['quince ', 'jam'],
    usage: { inputTokens: 9, cachedInputTokens: 1, outputTokens: 4, reasoningOutputTokens: 0 },
  });
});

const messages = [{ role: 'user' as const, content: 'persimmon pudding' }];

async function runIdOf(response: Response): Promise<string> {
  await response.text();
  return response.headers.get('x-request-id') ?? '';
}

/** The events of a run that has ended. */
async function eventsOf(of: ProxyUnderTest, runId: string): Promise<RunEventsPage['events']> {
  let page: RunEventsPage | undefined;
  await expect
    .poll(async () => {
      const response = await of.fetch(`/api/runs/${runId}/events`);
      page = response.status === 200 ? runEventsPageSchema.parse(await response.json()) : undefined;
      const last = page?.events.at(-1)?.payload;
      return typeof last === 'object' && last !== null && 'reason' in last ? last.reason : undefined;
    })
    .toBe('run_ended');
  return page?.events ?? [];
}

test('every request is a run: what went to the model, what came back, and how it ended, in lengths alone', async () => {
  const runId = await runIdOf(await proxy.chat({ model: MODEL, messages, stream: true }));
  const events = await eventsOf(proxy, runId);
  expect(events.map(({ type, correlation_id }) => [type, correlation_id])).toEqual([
    ['llm_request', runId],
    ['llm_response', runId],
    ['note', null],
  ]);
  expect(events[0]?.payload).toEqual({
    model: MODEL,
    provider: 'custom',
    stream: true,
    output_mode: 'openai-json',
    message_count: 1,
    tool_count: 0,
    input_chars: 17,
    last_message_chars: 17,
  });
  expect(events[1]?.payload).toMatchObject({ text_chars: 10, finish_reason: 'stop', tokens_prompt: 9, tokens_response: 4 });
  expect(JSON.stringify(events)).not.toMatch(/persimmon|quince/);
  const { runs } = runsPageSchema.parse(await (await proxy.fetch('/api/runs?limit=1')).json());
  expect(runs[0]).toMatchObject({ run_id: runId, status: 'completed', model: MODEL, tokens_prompt: 9, tokens_response: 4, event_count: 3 });
  const detail = await (await proxy.fetch(`/api/runs/${runId}`)).json();
  expect(detail).toMatchObject({ run_id: runId, status: 'completed' });
});

test('a turn that fails is a run that failed, with the code and without the words of the provider', async () => {
  provider.answer({ deltas: ['some'], fault: { kind: 'failed', code: 'server_error', message: 'persimmon words' } });
  const runId = await runIdOf(await proxy.chat({ model: MODEL, messages }));
  const events = await eventsOf(proxy, runId);
  expect(events.map(({ type }) => type)).toEqual(['llm_request', 'error', 'note']);
  expect(JSON.stringify(events)).not.toContain('persimmon');
});

test('calls of the client are paired with their outputs, over two runs', async () => {
  provider.answer(({ input }) =>
    input.some((item) => item.type === 'function_call_output')
      ? { deltas: ['done'] }
      : { deltas: [], functionCalls: [{ name: 'look', arguments: '{"at":1}', callId: 'call_7' }] },
  );
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }];
  const first = await eventsOf(proxy, await runIdOf(await proxy.chat({ model: MODEL, messages, tools })));
  expect(first.find(({ type }) => type === 'tool_call')).toMatchObject({
    correlation_id: 'call_7',
    payload: { kind: 'client', tool: 'look', arguments_chars: 8 },
  });
  const call = { id: 'call_7', type: 'function', function: { name: 'look', arguments: '{"at":1}' } };
  const answered = [
    ...messages,
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'call_7', content: 'seen' },
  ];
  const second = await eventsOf(proxy, await runIdOf(await proxy.chat({ model: MODEL, messages: answered, tools })));
  expect(second[0]).toMatchObject({ type: 'tool_result', correlation_id: 'call_7', payload: { tool: 'look', output_chars: 4 } });
});

test.each([false, true])('calls that the model writes as text are calls as well, stream: %s', async (stream) => {
  provider.answer({ deltas: ['Let me ', 'look. <use_', 'tool><name>look</name><at>sea</at></use_tool>'] });
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }];
  const response = await proxy.chat({ model: MODEL, messages, tools, stream });
  const text = await response.clone().text();
  const events = await eventsOf(proxy, await runIdOf(response));
  const call = events.find(({ type }) => type === 'tool_call');
  expect(call?.payload).toEqual({ kind: 'client', tool: 'look', textual: true, arguments_chars: 12 });
  expect(text).toContain(`"id":"${call?.correlation_id ?? ''}"`);
  expect(events.map(({ type }) => type).toSorted()).toEqual(['llm_request', 'llm_response', 'note', 'tool_call']);
});

test('a live tail tells the events of a run as they come, and then that it has ended', async () => {
  provider.answer({ deltas: Array.from({ length: 20 }, () => 'x '), interTokenMs: 30 });
  const answer = await proxy.chat({ model: MODEL, messages, stream: true });
  const runId = answer.headers.get('x-request-id') ?? '';
  const tail = await proxy.fetch(`/api/runs/${runId}/events`, { headers: { accept: 'text/event-stream' } });
  const text = await tail.text();
  await answer.text();
  expect(text.match(/^event: run_event$/gm)).toHaveLength(3);
  expect(text).toMatch(/event: run_end\b/);
});

test('who may read: the key and the admin token, and nobody else; and the metrics count', async () => {
  for (const authorization of ['Bearer wrong', 'Bearer ', '']) {
    const response = await fetch(`${proxy.url}/api/runs`, { headers: { authorization } });
    expect(response.status).toBe(401);
  }
  const admin = await fetch(`${proxy.url}/api/runs`, {
    headers: { authorization: `Bearer ${proxy.running.credentials.adminToken ?? ''}` },
  });
  expect(admin.status).toBe(200);
  for (const [path, status, code] of [
    ['/api/runs/req_none', 404, 'not_found'],
    ['/api/runs?limit=x', 400, 'invalid_request'],
  ] as const) {
    const refused = await proxy.fetch(path);
    expect(refused.status).toBe(status);
    await refused.text();
    expect(await proxy.terminalOf(refused)).toMatchObject({ error_code: code, outcome: 'refused' });
  }
  expect(await proxy.metric('codex_run_events_appended_total{type="llm_request"}')).toBeGreaterThan(0);
});

describe('a state database that cannot be used', () => {
  test('costs no request: the proxy serves on, degraded, and counts what it loses', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'state.sqlite'), 'this is no database, and nobody may overwrite it'.repeat(100));
    const other = await startReadyProxy({ ...provider.settings, PROXY_STATE_DIR: folder });
    try {
      expect((await other.chat({ model: MODEL, messages })).status).toBe(200);
      expect((await other.readiness()).body).toMatchObject({ status: 'degraded', degraded: ['run_events', 'agent_logs'] });
      expect(await other.metric('codex_run_events_dropped_total{reason="unavailable"}')).toBeGreaterThan(0);
      expect((await other.fetch('/api/runs')).status).toBe(500);
      await other.log.waitFor({ event: 'run_events_failed' });
    } finally {
      await other.remove();
    }
  });

  test('is not asked for where runs are not to be kept', async () => {
    const other = await startTestProxy({ ...provider.settings, PROXY_RUN_EVENTS: 'false' });
    try {
      expect((await other.fetch('/api/runs')).status).toBe(404);
    } finally {
      await other.remove();
    }
  });
});
