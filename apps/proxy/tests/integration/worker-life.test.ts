import { errorEnvelopeSchema } from '@codex-proxy/contracts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { expectRecords } from '../support/log-lines.ts';
import { isRunning } from '../support/process-state.ts';
import { startProvider } from '../support/provider-under-test.ts';
import { startReadyProxy } from '../support/proxy-under-test.ts';
import { openConnection, requestText } from '../support/raw-http.ts';
import { MODEL, scripted, startScriptedProxy } from '../support/scripted-proxy.ts';
import { readEvents, textOf } from '../support/sse.ts';

const hello = [{ role: 'user', content: 'hello' }] as const;
const GREETING = 'Hello from the scripted worker.';

describe('a worker that is killed in the middle of a stream', () => {
  test('costs its client that stream, and nobody else anything', async () => {
    const backoffMs = 2_000;
    const proxy = await startScriptedProxy({}, { WORKER_BACKOFF_INITIAL_MS: String(backoffMs) });
    const { worker_pid: pid } = await proxy.log.waitFor({ event: 'worker_started' });
    expect(await proxy.readiness()).toEqual({ status: 200, body: { status: 'ok', worker_state: 'ready', maintenance_mode: false } });

    const backoff = proxy.log.next({ event: 'worker_backoff' });
    const response = await proxy.chat({ model: MODEL, messages: scripted({ deltas: ['so ', 'far'], hang: true }), stream: true });
    const reader = response.body!.getReader();
    let body = '';
    const decoder = new TextDecoder();
    const read = async (until: (text: string) => boolean): Promise<void> => {
      while (!until(body)) {
        const { value, done } = await reader.read();
        if (done) return;
        body += decoder.decode(value, { stream: true });
      }
    };
    await read((text) => text.includes('far'));
    process.kill(Number(pid), 'SIGKILL');
    await read(() => false);
    const { error, done } = readEvents(body);
    expect(textOf(body)).toBe('so far');
    expect(error).toEqual({
      message: 'The Codex worker ended while it worked on this request.',
      type: 'server_error',
      code: 'worker_exited',
      retryable: true,
    });
    expect(done).toBe(true);
    expect(await proxy.terminalOf(response)).toMatchObject({
      outcome: 'worker_exited',
      status: 503,
      error_code: 'worker_exited',
      delta_count: 2,
      level: 'warn',
    });

    expect(await backoff).toMatchObject({ backoff_ms: backoffMs, restart_streak: 1, level: 'warn' });
    const unready = await fetch(`${proxy.url}/readyz`);
    expect(unready.status).toBe(503);
    expect(Number(unready.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await unready.json()).toEqual({
      status: 'unready',
      reason: 'worker_backoff',
      worker_state: 'backoff',
      last_exit_code: null,
      restart_streak: 1,
      backoff_ms: backoffMs,
      maintenance_mode: false,
    });
    expect((await fetch(`${proxy.url}/livez`)).status).toBe(200);
    expect(await proxy.metric('codex_worker_backoff_ms')).toBe(backoffMs);
    expect(await proxy.metric('codex_worker_ready')).toBe(0);
    expect(await proxy.metric('codex_worker_state{state="backoff"}')).toBe(1);

    // It waits for the next worker, and does not know that it did.
    const next = await proxy.openai.chat.completions.create({ model: MODEL, messages: [...hello] });
    expect(next.choices[0]?.message.content).toBe(GREETING);

    expect(proxy.log.all({ event: 'worker_exited' })).toMatchObject([
      {
        worker_pid: pid,
        exit_code: null,
        signal: 'SIGKILL',
        reason: 'signal',
        restart_count: 0,
        count: 1,
        worker_state: 'exited',
        level: 'warn',
      },
    ]);
    const [, second] = proxy.log.all({ event: 'worker_started' });
    expect(second).toMatchObject({ restart_count: 1, version: '0.169.0' });
    expect(second?.worker_pid).not.toBe(pid);
    expect((await proxy.readiness()).status).toBe(200);
    expect(await proxy.metric('codex_worker_restarts_total')).toBe(1);
    expect(await proxy.metric('codex_worker_backoff_ms')).toBe(0);
    expect(await proxy.metric('codex_streams_active')).toBe(0);
    expect(await proxy.metric('codex_stream_end_total{outcome="worker_exited"}')).toBe(1);
    expect(proxy.log.all({ event: 'uncaught_error' })).toEqual([]);
    expectRecords(proxy.log.lines);
  });

  test('is replaced when it is the real one, too', async () => {
    const provider = await startProvider();
    const proxy = await startReadyProxy({ ...provider.settings, WORKER_BACKOFF_INITIAL_MS: '50' });
    onTestFinished(async () => {
      await proxy.remove();
      await provider.close();
    });
    provider.answer({ deltas: ['so far', 'never'], fault: { kind: 'hang', afterDeltas: 1 } });
    const body = { model: MODEL, messages: hello };
    const response = await proxy.chat({ ...body, stream: true });
    process.kill(proxy.snapshot().pid ?? 0, 'SIGKILL');
    expect(readEvents(await response.text())).toMatchObject({ error: { code: 'worker_exited' }, done: true });
    provider.answer({ deltas: ['again'] });
    expect(await (await proxy.chat(body)).json()).toMatchObject({ choices: [{ message: { content: 'again' } }] });
    expect(proxy.snapshot()).toMatchObject({ state: 'ready', restartCount: 1 });
  });

  test('before any word is told by status, to both kinds of client', async () => {
    const proxy = await startScriptedProxy({}, { WORKER_BACKOFF_INITIAL_MS: '10', WORKER_BACKOFF_MAX_MS: '10' });
    await proxy.log.waitFor({ event: 'worker_started' });
    for (const stream of [true, false]) {
      const response = await proxy.chat({ model: MODEL, messages: scripted({ exitAfterDeltas: 0, exitCode: 7 }), stream });
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(errorEnvelopeSchema.parse(await response.json()).error).toMatchObject({ code: 'worker_exited', retryable: true });
    }
    expect(proxy.log.all({ event: 'worker_exited' })).toMatchObject([
      { exit_code: 7, reason: 'crash' },
      { exit_code: 7, reason: 'crash' },
    ]);
  });

  test('fails all its turns and no more', async () => {
    const proxy = await startScriptedProxy({}, { WORKER_MAX_CONCURRENCY: '3', WORKER_BACKOFF_INITIAL_MS: '10' });
    const { worker_pid: pid } = await proxy.log.waitFor({ event: 'worker_started' });
    const lost = [1, 2, 3].map(async () => proxy.chat({ model: MODEL, messages: scripted({ deltas: [], hang: true }) }));
    await expect.poll(() => proxy.snapshot().inflight).toBe(3);
    const waiting = [1, 2].map(async () => proxy.chat({ model: MODEL, messages: hello }));
    await expect.poll(() => proxy.snapshot().queueDepth).toBe(2);
    process.kill(Number(pid), 'SIGKILL');
    expect((await Promise.all(lost)).map((response) => response.status)).toEqual([503, 503, 503]);
    expect((await Promise.all(waiting)).map((response) => response.status)).toEqual([200, 200]);
    expect(proxy.log.all({ event: 'worker_exited' })).toMatchObject([{ count: 3 }]);
  });
});

describe('a worker that starts slowly', () => {
  test('keeps readiness away and liveness alone, and requests are told to come again', async () => {
    const proxy = await startScriptedProxy({ handshakeMs: 1_500 });
    await proxy.log.waitFor({ event: 'worker_starting' });
    expect(await proxy.readiness()).toEqual({
      status: 503,
      body: { status: 'unready', reason: 'worker_starting', worker_state: 'handshake', maintenance_mode: false },
    });
    expect((await fetch(`${proxy.url}/livez`)).status).toBe(200);
    const early = await proxy.chat({ model: MODEL, messages: hello });
    expect(early.status).toBe(503);
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await early.json()).toMatchObject({ error: { code: 'worker_not_ready', retryable: true } });

    const { handshake_ms: handshakeMs } = await proxy.log.waitFor({ event: 'worker_started' });
    expect(Number(handshakeMs)).toBeGreaterThan(0);
    expect((await proxy.readiness()).status).toBe(200);
    expect((await proxy.chat({ model: MODEL, messages: hello })).status).toBe(200);
    expect(await proxy.metric('codex_worker_handshake_ms_count')).toBe(1);
  });
});

describe('a worker that fails to start', () => {
  test('is tried again after growing pauses, and counted', async () => {
    const proxy = await startScriptedProxy(
      { failedStarts: 3 },
      { WORKER_BACKOFF_INITIAL_MS: '20', WORKER_BACKOFF_MAX_MS: '50', WORKER_STABLE_MS: '100' },
    );
    expect(await proxy.log.waitFor({ event: 'worker_started' })).toMatchObject({ restart_count: 3 });
    expect(proxy.log.all({ event: 'worker_backoff' }).map((line) => line.backoff_ms)).toEqual([20, 40, 50]);
    expect(proxy.log.all({ event: 'worker_start_failed' }).map((line) => [line.reason, line.restart_streak])).toEqual([
      ['exited_early', 1],
      ['exited_early', 2],
      ['exited_early', 3],
    ]);
    expect(proxy.log.all({ event: 'worker_exited' })).toMatchObject([{ exit_code: 3, reason: 'start_failed' }, {}, {}]);
    expect(await proxy.metric('codex_worker_restarts_total')).toBe(3);
    // After a stable period the streak is forgotten; the last exit code is not.
    await expect
      .poll(async () => (await proxy.readiness()).body)
      .toEqual({
        status: 'ok',
        worker_state: 'ready',
        last_exit_code: 3,
        maintenance_mode: false,
      });
  });

  test('after five times is called unavailable, and comes back by itself', async () => {
    const proxy = await startScriptedProxy({ failedStarts: 7 }, { WORKER_BACKOFF_INITIAL_MS: '20', WORKER_BACKOFF_MAX_MS: '1000' });
    await proxy.log.waitFor({ event: 'worker_backoff', restart_streak: 6 });
    expect(await proxy.readiness()).toMatchObject({ status: 503, body: { reason: 'worker_unavailable', last_exit_code: 3 } });
    const refused = await proxy.chat({ model: MODEL, messages: hello });
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([503, true]);
    expect(await refused.json()).toMatchObject({ error: { code: 'worker_not_ready', retryable: true } });
    expect(await proxy.metric('codex_worker_ready')).toBe(0);
    expect(await proxy.metric('codex_worker_restarts_total')).toBeGreaterThanOrEqual(5);
    expect(await proxy.metric('codex_http_errors_total{route="/v1/chat/completions",method="POST",error_code="worker_not_ready"}')).toBe(1);
    expect(proxy.log.all({ event: 'worker_start_failed', reason: 'exited_early', level: 'error' }).length).toBeGreaterThanOrEqual(5);
    await proxy.log.waitFor({ event: 'worker_started' });
    expect(await proxy.metric('codex_worker_ready')).toBe(1);
    expect(await proxy.metric('codex_worker_backoff_ms')).toBe(0);
    expect((await proxy.readiness()).status).toBe(200);
    expect((await proxy.chat({ model: MODEL, messages: hello })).status).toBe(200);
  });
});

describe('limits', () => {
  test('a full queue refuses at once, and says when to come again', async () => {
    const proxy = await startScriptedProxy({}, { WORKER_MAX_CONCURRENCY: '1', WORKER_MAX_QUEUE: '1' });
    await proxy.log.waitFor({ event: 'worker_started' });
    const leave = new AbortController();
    const held = [1, 2].map(async () =>
      proxy
        .fetch('/v1/chat/completions', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ model: MODEL, messages: scripted({ deltas: [], hang: true }) }),
          signal: leave.signal,
        })
        .catch(() => undefined),
    );
    await expect.poll(() => proxy.snapshot()).toMatchObject({ inflight: 1, queueDepth: 1 });
    for (const stream of [true, false]) {
      const response = await proxy.chat({ model: MODEL, messages: hello, stream });
      expect(response.status).toBe(429);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await response.json()).toMatchObject({ error: { code: 'queue_full', type: 'rate_limit_error', retryable: true } });
      expect(await proxy.terminalOf(response)).toMatchObject({ outcome: 'refused', status: 429 });
    }
    expect((await proxy.readiness()).status).toBe(200);
    leave.abort();
    await Promise.all(held);
    await expect.poll(() => proxy.snapshot()).toMatchObject({ inflight: 0, queueDepth: 0 });
    expect((await proxy.chat({ model: MODEL, messages: hello })).status).toBe(200);
  });

  test('a turn that takes too long, or says nothing for too long, is ended', async () => {
    const proxy = await startScriptedProxy({}, { WORKER_REQUEST_TIMEOUT_MS: '2000', PROXY_STREAM_IDLE_TIMEOUT_MS: '800' });
    await proxy.log.waitFor({ event: 'worker_started' });
    const [silent, endless] = await Promise.all([
      proxy.chat({ model: MODEL, messages: scripted({ deltas: [], hang: true }), stream: true }),
      proxy.chat({ model: MODEL, messages: scripted({ deltas: 1_000, interDeltaMs: 20 }), stream: true }),
    ]);
    expect(silent.status).toBe(504);
    expect(await silent.json()).toMatchObject({ error: { code: 'stream_idle_timeout', retryable: true } });
    expect(endless.status).toBe(200);
    expect(readEvents(await endless.text())).toMatchObject({ error: { code: 'worker_timeout' }, done: true });
    for (const response of [silent, endless]) expect(await proxy.terminalOf(response)).toMatchObject({ outcome: 'timeout', status: 504 });
    expect((await proxy.readiness()).body).toEqual({ status: 'ok', worker_state: 'ready', maintenance_mode: false });
    for (const code of ['stream_idle_timeout', 'worker_timeout']) {
      expect(await proxy.metric(`codex_http_errors_total{route="/v1/chat/completions",method="POST",error_code="${code}"}`), code).toBe(1);
    }
    expect(await proxy.metric('codex_worker_restarts_total')).toBe(0);
    await expect.poll(() => proxy.snapshot().inflight).toBe(0);
  });

  test('a client that reads nothing is cut off, and the worker goes on', async () => {
    const proxy = await startScriptedProxy({}, { PROXY_STREAM_MAX_BUFFER_KB: '64' });
    await proxy.log.waitFor({ event: 'worker_started' });
    const recorded = proxy.log.next({ event: 'request_completed', route: '/v1/chat/completions' });
    const { socket } = await openConnection(proxy.url);
    socket.pause();
    const body = JSON.stringify({ model: MODEL, messages: scripted({ deltas: 150_000 }), stream: true });
    socket.write(
      requestText('POST', '/v1/chat/completions', { Authorization: `Bearer ${proxy.apiKey}`, 'Content-Type': 'application/json' }, body),
    );
    expect(await recorded).toMatchObject({ outcome: 'client_closed', status: 499, reason: 'slow_client' });
    expect(proxy.log.all({ event: 'stream_disconnected' })).toMatchObject([{ reason: 'slow_client' }]);
    expect((await proxy.readiness()).body).toMatchObject({ status: 'ok' });
    expect(await proxy.metric('codex_stream_end_total{outcome="client_closed"}')).toBe(1);
    expect(await proxy.metric('codex_http_errors_total{route="/v1/chat/completions",method="POST",error_code="client_closed"}')).toBe(1);
    socket.destroy();
    expect((await proxy.chat({ model: MODEL, messages: hello })).status).toBe(200);
    expect(await proxy.metric('codex_streams_active')).toBe(0);
  });
});

describe('what the worker asks or says beyond the answer', () => {
  test('is declined, logged, or passed over, and the answer is whole', async () => {
    const proxy = await startScriptedProxy(
      { stderrLines: 3, garbage: true, wrongIds: true, late: true, duplicates: true },
      { LOG_LEVEL: 'debug' },
    );
    await proxy.log.waitFor({ event: 'worker_started' });
    const messages = scripted({ serverRequests: [{ method: 'execCommandApproval' }, { method: 'something/new' }] });
    const response = await proxy.chat({ model: MODEL, messages, stream: true });
    expect(textOf(await response.text())).toBe(GREETING);
    expect(proxy.log.all({ event: 'worker_request_answered' })).toMatchObject([
      { rpc_method: 'execCommandApproval', reason: 'declined' },
      { rpc_method: 'something/new', reason: 'unsupported' },
    ]);
    expect(proxy.log.all({ event: 'worker_protocol_error', reason: 'not_json' }).length).toBeGreaterThan(0);
    expect(proxy.log.all({ event: 'worker_stderr' }).map((line) => line.message)).toEqual([
      'scripted complaint 0',
      'scripted complaint 1',
      'scripted complaint 2',
    ]);
    expect((await proxy.chat({ model: MODEL, messages: hello })).status).toBe(200);
    expectRecords(proxy.log.lines);
  });

  test('a model list that it refuses is reported, and the configured model is served', async () => {
    const refuse = { 'model/list': { code: -32_600, message: 'no list' } };
    const proxy = await startScriptedProxy(
      { refuse },
      { PROXY_PROVIDER: 'custom', PROXY_PROVIDER_BASE_URL: 'http://127.0.0.1:9/v1', CODEX_MODEL: 'mine' },
    );
    expect(await proxy.log.waitFor({ event: 'worker_protocol_error' })).toMatchObject({ reason: 'model_list', error_message: 'no list' });
    expect(proxy.log.all({ event: 'worker_catalog_failed' })).toHaveLength(1);
    expect((await proxy.openai.models.list()).data.map((model) => model.id)).toEqual(['mine']);
    expect((await proxy.chat({ model: 'mine', messages: hello })).status).toBe(200);
    expect(proxy.log.all({ event: 'uncaught_error' })).toEqual([]);
  });
});

test('a worker that hears nothing is ended all the same when the proxy stops', async () => {
  const proxy = await startScriptedProxy({ ignoreSigterm: true, ignoreStdinEnd: true });
  const { worker_pid: pid } = await proxy.log.waitFor({ event: 'worker_started' });
  expect(isRunning(Number(pid))).toBe(true);
  await proxy.stop();
  expect(isRunning(Number(pid))).toBe(false);
  expect(proxy.log.all({ event: 'worker_exited' })).toMatchObject([{ signal: 'SIGKILL', reason: 'stopped', level: 'info' }]);
});
