import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { errorEnvelopeSchema, probeBodySchema, type WorkerSnapshot } from '@codex-proxy/contracts';
import { createHealthRouter, type HealthInput } from '@codex-proxy/health';
import express from 'express';
import { afterEach, expect, test } from 'vitest';

const worker: WorkerSnapshot = {
  state: 'ready',
  everReady: true,
  available: true,
  restartCount: 0,
  restartStreak: 0,
  backoffMs: 0,
  inflight: 0,
  queueDepth: 0,
};

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function serve(input: Partial<HealthInput> = {}, failure?: string) {
  let reads = 0;
  const app = express();
  const read = (): HealthInput => {
    reads += 1;
    return { worker, draining: false, maintenanceMode: false, degraded: [], ...input };
  };
  app.use(createHealthRouter({ read, internalFailure: () => failure }));
  const server = createServer(app);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return { origin, reads: () => reads };
}

test.each(['/readyz', '/healthz'])('%s answers what is known, uncached, reading it once', async (path) => {
  const { origin, reads } = await serve({ maintenanceMode: true });
  const response = await fetch(origin + path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('retry-after')).toBeNull();
  expect(probeBodySchema.parse(await response.json())).toEqual({ status: 'ok', worker_state: 'ready', maintenance_mode: true });
  expect(reads()).toBe(1);
});

test.each(['/readyz', '/healthz'])('%s answers 503 with Retry-After', async (path) => {
  const { origin } = await serve({ worker: { ...worker, state: 'backoff', backoffMs: 3_500 } });
  const response = await fetch(origin + path);
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '4']);
  expect(probeBodySchema.parse(await response.json()).reason).toBe('worker_backoff');
});

test('/livez says nothing of the worker', async () => {
  const { origin, reads } = await serve({ worker: { ...worker, state: 'stopped', available: false }, draining: true });
  const response = await fetch(`${origin}/livez`);
  expect([response.status, await response.json(), reads()]).toEqual([200, { status: 'ok' }, 0]);
});

test('/livez is 503 after an internal failure', async () => {
  const { origin } = await serve({}, 'state_lost');
  const response = await fetch(`${origin}/livez`);
  expect([response.status, await response.json()]).toEqual([503, { status: 'failed', reason: 'state_lost' }]);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
});

test.each(['/livez', '/readyz', '/healthz'])('%s takes HEAD and refuses the rest', async (path) => {
  const { origin, reads } = await serve();
  const head = await fetch(origin + path, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  const readsBefore = reads();
  const post = await fetch(origin + path, { method: 'POST' });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect(errorEnvelopeSchema.parse(await post.json()).error.code).toBe('method_not_allowed');
  expect(reads()).toBe(readsBefore);
});
