import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { errorEnvelopeSchema } from '@codex-proxy/contracts';
import { createMetrics, createMetricsRouter, type MetricsRouterOptions } from '@codex-proxy/metrics';
import express from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { mayScrape } from '../src/exposition/scrape-guard.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function serve(options: Partial<MetricsRouterOptions> = {}): Promise<string> {
  const app = express();
  app.use(createMetricsRouter({ metrics: createMetrics({ defaultMetrics: false }), enabled: true, ...options }));
  const server = createServer(app);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/metrics`;
}

async function errorCode(response: Response): Promise<string> {
  return errorEnvelopeSchema.parse(await response.json()).error.code;
}

describe('GET /metrics', () => {
  test('answers this host in the text format', async () => {
    const response = await fetch(await serve());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('# TYPE codex_http_requests_total counter\n');
  });

  test('asks this host for the token too where loopback is not enough', async () => {
    const url = await serve({ token: 'right', allowsLoopback: false });
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic right' }]) {
      const response = await fetch(url, { headers });
      expect([response.status, await errorCode(response)]).toEqual([403, 'forbidden']);
    }
    expect((await fetch(url, { headers: { authorization: 'Bearer right' } })).status).toBe(200);
  });

  test('HEAD has the same headers and no body', async () => {
    const response = await fetch(await serve(), { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
  });

  test.each(['X-Forwarded-For', 'X-Forwarded-Proto', 'Forwarded', 'X-Real-IP', 'Via'])(
    'refuses what a proxy forwards (%s)',
    async (header) => {
      const refusals: unknown[] = [];
      const url = await serve({ token: 'right', onRefused: (refusal) => void refusals.push(refusal) });
      const response = await fetch(url, { headers: { [header]: '1.1 proxy' } });
      expect([response.status, await errorCode(response)]).toEqual([403, 'forbidden']);
      expect(refusals).toEqual([{ remoteAddress: '127.0.0.1' }]);
      expect((await fetch(url, { headers: { [header]: '1.1 proxy', authorization: 'Bearer right' } })).status).toBe(200);
    },
  );

  test('is no route when it is switched off, whoever asks', async () => {
    const response = await fetch(await serve({ enabled: false, token: 'right' }), { headers: { authorization: 'Bearer right' } });
    expect([response.status, await errorCode(response)]).toEqual([404, 'not_found']);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const response = await fetch(await serve(), { method });
    expect([response.status, response.headers.get('allow'), await errorCode(response)]).toEqual([405, 'GET, HEAD', 'method_not_allowed']);
  });
});

describe('who may scrape', () => {
  test.each([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['10.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['128.0.0.1', false],
    ['127.0.0.1.example.org', false],
    ['fe80::1', false],
    [undefined, false],
  ])('a peer at %s without token: %s', (remoteAddress, allowed) => {
    for (const token of [undefined, '', 'right']) expect(mayScrape({ headers: {}, socket: { remoteAddress } }, { token })).toBe(allowed);
    expect(mayScrape({ headers: { authorization: 'Bearer undefined' }, socket: { remoteAddress } }, {})).toBe(allowed);
    expect(mayScrape({ headers: {}, socket: { remoteAddress } }, { allowsLoopback: false })).toBe(false);
  });

  test.each([
    ['Bearer right', true],
    ['bearer  right', true],
    ['Bearer wrong', false],
    ['Bearer right2', false],
    ['Bearer ', false],
    ['Basic right', false],
    ['right', false],
    [undefined, false],
  ])('any peer that presents %j where loopback is not enough: %s', (authorization, allowed) => {
    const headers = authorization === undefined ? {} : { authorization };
    for (const remoteAddress of ['10.0.0.1', '127.0.0.1', '::1', '::ffff:127.0.0.1', undefined]) {
      expect(mayScrape({ headers, socket: { remoteAddress } }, { token: 'right', allowsLoopback: false }), remoteAddress).toBe(allowed);
    }
  });

  test('an empty token opens nothing', () => {
    expect(mayScrape({ headers: { authorization: 'Bearer ' }, socket: { remoteAddress: '10.0.0.1' } }, { token: '' })).toBe(false);
  });
});
