import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { createMetrics } from '@codex-proxy/metrics';
import { createLogger, createRequestContext } from '@codex-proxy/logging';
import { Supervisor } from '@codex-proxy/worker';
import express from 'express';
import { expect, onTestFinished, test, vi } from 'vitest';
import { RequestRecord } from '../../src/ingress/request-record.ts';
import { openLogFiles } from '../../src/observe/log-files.ts';
import { createRequestObserver } from '../../src/observe/request-observer.ts';
import { createChatHandler } from '../../src/openai/chat-handler.ts';
import { ServedModels } from '../../src/openai/served-models.ts';
import { StreamTicker } from '../../src/openai/stream-ticker.ts';
import { openConnection, requestText } from '../support/raw-http.ts';
import { recordedEvents, TEXTUAL_DEFAULTS } from '../support/textual.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a client that left while its body was unpacked costs no turn and leaves no stream behind', async () => {
  const redactText = (text: string): string => text;
  const supervisor = new Supervisor({
    command: () => ({ file: '/nowhere', args: [], cwd: '/', env: {} }),
    clientInfo: { name: 'test', title: 'test', version: '0' },
    threadCwd: '/',
    redactText,
  });
  const run = vi.spyOn(supervisor, 'run');
  const ticker = new StreamTicker(1_000, () => 0);
  const add = vi.spyOn(ticker, 'add');
  const context = createRequestContext<RequestRecord>();
  const redact = <T>(record: T): T => record;
  const files = openLogFiles({
    stateDir: temporaryFolder(),
    maxBytes: 1_000_000,
    maxFiles: 1,
    redact,
    onDrop: () => undefined,
    onError: () => undefined,
    onRecover: () => undefined,
  });
  const handler = createChatHandler({
    supervisor,
    models: new ServedModels({ fixed: ['m'], fromWorker: false, created: 0 }),
    context,
    observer: createRequestObserver({
      logger: createLogger({ level: 'fatal', destination: { write: () => undefined }, redact }),
      metrics: createMetrics({ defaultMetrics: false }),
      files,
      redact,
      monotonicMs: () => 0,
    }),
    ticker,
    textualTools: TEXTUAL_DEFAULTS,
    toolBufferEvents: () => recordedEvents([]),
    maxBufferBytes: 1,
    keepaliveMs: 1,
    monotonicMs: () => 0,
    nowMs: () => 0,
    onUnexpected: () => undefined,
  });
  const handled = Promise.withResolvers<boolean>();
  const app = express();
  app.post('/', (request, response, next) => {
    // As an inflating body parser would: the handler comes after the end of the connection.
    response.once('close', () => {
      const record = new RequestRecord({ suffix: 'a', clientRequestId: undefined, method: 'POST', route: '/', startedAtMs: 0 });
      request.body = { model: 'm', stream: true, messages: [{ role: 'user', content: 'hi' }] };
      context.run(record, () => void handler(request, response, next));
      handled.resolve(response.closed);
    });
    request.resume();
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await files.close();
  });
  const address = server.address();
  const { socket } = await openConnection(`http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`);
  const arrived = once(server, 'request');
  socket.write(requestText('POST', '/', { 'Content-Encoding': 'gzip', 'Content-Length': '40' }));
  socket.write(gzipSync('{}'));
  await arrived;
  socket.destroy();
  expect(await handled.promise).toBe(true);
  expect(run).not.toHaveBeenCalled();
  expect(add).not.toHaveBeenCalled();
  ticker.stop();
});
