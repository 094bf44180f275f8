import { writeScriptedWorker } from '@codex-proxy/scripted-worker';
import { expect, onTestFinished, test } from 'vitest';
import { expectRecords } from '../support/log-lines.ts';
import { isRunning } from '../support/process-state.ts';
import { startProvider } from '../support/provider-under-test.ts';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, scripted, startScriptedProxy } from '../support/scripted-proxy.ts';
import { readEvents, textOf } from '../support/sse.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const hello = [{ role: 'user', content: 'hello' }] as const;
const SETTINGS = { WORKER_UNRESPONSIVE_MS: '400', WORKER_BACKOFF_INITIAL_MS: '10' };
const STOPPED = 'The Codex worker stopped responding while it worked on this request, and was ended.';

/** Stops the worker in the middle of a stream, and asks it something new. */
async function stopWorker(proxy: ProxyUnderTest, streaming: Response): Promise<void> {
  const pid = proxy.snapshot().pid ?? 0;
  const reader = streaming.clone().body!.getReader();
  for (let body = ''; !body.includes('so far');) body += new TextDecoder().decode((await reader.read()).value);
  void reader.cancel();
  process.kill(pid, 'SIGSTOP');
  // It is not asked before the worker is gone: no answer comes of it, and none is lost.
  const waiting = await proxy.chat({ model: MODEL, messages: hello });
  expect(waiting.status).toBe(200);

  const body = await streaming.text();
  const { error, done } = readEvents(body);
  expect([textOf(body), error, done]).toEqual([
    'so far',
    { message: STOPPED, type: 'server_error', code: 'worker_exited', retryable: true },
    true,
  ]);
  expect(await proxy.terminalOf(streaming)).toMatchObject({ outcome: 'worker_exited', status: 503, error_code: 'worker_exited' });
  expect(isRunning(pid)).toBe(false);
  expect(proxy.log.all({ event: 'worker_unresponsive' })).toMatchObject([{ worker_pid: pid, reason: 'silent', level: 'error' }]);
  expect(proxy.log.all({ event: 'worker_exited' })).toMatchObject([
    { worker_pid: pid, reason: 'killed_unresponsive', signal: 'SIGKILL', count: 1, level: 'warn' },
  ]);
  expect((await proxy.readiness()).body).toMatchObject({ status: 'ok', worker_state: 'ready', last_exit_code: null, restart_streak: 1 });
  expect(await proxy.metric('codex_worker_restarts_total')).toBe(1);
  expect(await proxy.metric('codex_streams_active')).toBe(0);
  expectRecords(proxy.log.lines);
}

test('a worker that is stopped is killed and replaced: its stream is told, and who waits is served by the next', async () => {
  const proxy = await startScriptedProxy({}, SETTINGS);
  await proxy.log.waitFor({ event: 'worker_started' });
  await stopWorker(proxy, await proxy.chat({ model: MODEL, messages: scripted({ deltas: ['so far'], hang: true }), stream: true }));
});

test('a worker that reads nothing is killed and replaced, and who asked is served by the next', async () => {
  const folder = temporaryFolder();
  const proxy = await startScriptedProxy({}, { ...SETTINGS, CODEX_BIN: await writeScriptedWorker(folder, { blockStdin: true }) });
  const { worker_pid: pid } = await proxy.log.waitFor({ event: 'worker_started' });
  await writeScriptedWorker(folder, {});
  const response = await proxy.chat({ model: MODEL, messages: hello, stream: true });
  const body = await response.text();
  expect([textOf(body), readEvents(body).error, readEvents(body).done]).toEqual(['Hello from the scripted worker.', undefined, true]);
  expect(await proxy.terminalOf(response)).toMatchObject({ outcome: 'completed', status: 200, restart_count: 1 });
  expect(proxy.log.all({ event: 'worker_unresponsive' })).toMatchObject([{ worker_pid: pid, level: 'error' }]);
  expect(proxy.log.all({ event: 'worker_exited' })).toMatchObject([
    { worker_pid: pid, reason: 'killed_unresponsive', signal: 'SIGKILL', count: 0 },
  ]);
  expect(isRunning(Number(pid))).toBe(false);
  expect((await proxy.readiness()).body).toMatchObject({ status: 'ok', worker_state: 'ready' });
  expect(await proxy.metric('codex_worker_restarts_total')).toBe(1);
  expect(await proxy.metric('codex_stream_end_total{outcome="completed"}')).toBe(1);
  expectRecords(proxy.log.lines);
});

test('and so is the real one, which is left alone as long as only its provider is silent', async () => {
  const provider = await startProvider();
  const proxy = await startReadyProxy({ ...provider.settings, ...SETTINGS });
  onTestFinished(async () => {
    await proxy.remove();
    await provider.close();
  });
  provider.answer({ deltas: ['at last'], firstTokenMs: 3_000 });
  expect(await (await proxy.chat({ model: MODEL, messages: hello })).json()).toMatchObject({
    choices: [{ message: { content: 'at last' } }],
  });
  expect(proxy.log.all({ event: 'worker_unresponsive' })).toEqual([]);

  provider.answer(({ lastUserText }) =>
    lastUserText === 'hello' ? { deltas: ['again'] } : { deltas: ['so far', 'never'], fault: { kind: 'hang', afterDeltas: 1 } },
  );
  await stopWorker(proxy, await proxy.chat({ model: MODEL, messages: [{ role: 'user', content: 'endless' }], stream: true }));
});
