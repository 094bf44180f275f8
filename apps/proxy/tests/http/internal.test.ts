import { Router } from 'express';
import { describe, expect, test } from 'vitest';
import { HttpError } from '../../src/http/errors.ts';
import { ADMIN_TOKEN, APP_KEY, AUTHORIZATION, startApp, type AppUnderTest } from '../support/app-under-test.ts';
import { exchange, requestText, type RawAnswer } from '../support/raw-http.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY'];
const PATHS = ['/internal/maintenance', '/internal/trace-buffer', '/internal/trace-buffer/req_7', '/internal/worker/recycle'];

function adminRouter(): Router {
  return Router().all('/internal/maintenance', (request, response) => response.json(request.method));
}

async function send(app: AppUnderTest, method: string, path: string, authorization?: string): Promise<RawAnswer> {
  return exchange(app.url, requestText(method, path, authorization === undefined ? {} : { Authorization: authorization }));
}

describe('/internal', () => {
  test.each(METHODS)('%s with the admin token reaches its routers', async (method) => {
    const app = await startApp({ admin: [adminRouter()] });
    const answer = await send(app, method, '/internal/maintenance', `Bearer ${ADMIN_TOKEN}`);
    expect(answer).toMatchObject({ status: 200, body: method === 'HEAD' ? '' : JSON.stringify(method) });
  });

  test.each(METHODS)('%s with another token, the API key included, or none is refused', async (method) => {
    const app = await startApp({ admin: [adminRouter()] });
    for (const authorization of [
      undefined,
      '',
      'Bearer',
      'Bearer wrong',
      `Basic ${ADMIN_TOKEN}`,
      AUTHORIZATION,
      `Bearer ${ADMIN_TOKEN}x`,
    ]) {
      for (const path of PATHS) {
        const answer = await send(app, method, path, authorization);
        expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
        if (method === 'HEAD') continue;
        expect(JSON.parse(answer.body).error).toMatchObject({ code: 'invalid_api_key', message: expect.stringContaining('admin token') });
      }
    }
  });

  test.each(METHODS)('%s finds nothing where there is no admin token', async (method) => {
    const app = await startApp({ adminToken: null, admin: [adminRouter()] });
    for (const authorization of [undefined, `Bearer ${ADMIN_TOKEN}`, `Bearer ${APP_KEY}`, 'Bearer undefined', 'Bearer ']) {
      const answer = await send(app, method, '/internal/maintenance', authorization);
      expect(answer.status).toBe(404);
    }
  });

  test('is counted by template, known paths alone', async () => {
    const app = await startApp();
    const templates: Readonly<Record<string, string>> = {
      '/internal/maintenance': '/internal/maintenance',
      '/internal/trace-buffer': '/internal/trace-buffer',
      '/internal/trace-buffer/req_7': '/internal/trace-buffer/:requestId',
      '/internal/worker/recycle': '/internal/worker/recycle',
      '/internal': 'other',
      '/internal/': 'other',
      '/internal/maintenance/': 'other',
      '/internal/Maintenance': 'other',
      '/internal/trace-buffer/a/b': 'other',
      '/internal/secrets': 'other',
    };
    for (const [path, route] of Object.entries(templates)) {
      const answer = await send(app, 'GET', path);
      const terminal = await app.terminalOf(answer.headers['x-request-id'] ?? null);
      expect(terminal.route, path).toBe(route);
      expect(answer.status, path).toBe(route === 'other' ? 404 : 401);
    }
  });
});

describe('maintenance', () => {
  const refuseAll = { corsOrigins: ['https://a.example'] as const, admin: [adminRouter()] };

  async function startInMaintenance(): Promise<AppUnderTest> {
    return startApp({
      ...refuseAll,
      maintenance: () => {
        throw new HttpError('maintenance', 'moving', { headers: { 'Retry-After': '9' } });
      },
    });
  }

  test.each(['GET', 'POST', 'PUT', 'DELETE'])('refuses %s of all that is under /v1, before the key is looked at', async (method) => {
    const app = await startInMaintenance();
    for (const path of ['/v1/chat/completions', '/v1/models', '/v1/models/one', '/v1/embeddings', '/v1', '/v1/']) {
      for (const authorization of [undefined, 'Bearer wrong', AUTHORIZATION]) {
        const answer = await send(app, method, path, authorization);
        expect(answer, path).toMatchObject({ status: 503, headers: { 'retry-after': '9' } });
        expect(JSON.parse(answer.body)).toEqual({
          error: { message: 'moving', type: 'server_error', code: 'maintenance', retryable: true },
        });
        const terminal = await app.terminalOf(answer.headers['x-request-id'] ?? null);
        expect(terminal).toMatchObject({ outcome: 'refused', error_code: 'maintenance', status: 503, retryable: true });
      }
    }
  });

  test('tells browsers, which may ask first', async () => {
    const app = await startInMaintenance();
    const origin = { Origin: 'https://a.example' };
    const asked = await exchange(
      app.url,
      requestText('OPTIONS', '/v1/chat/completions', { ...origin, 'Access-Control-Request-Method': 'POST' }),
    );
    expect(asked.status).toBe(204);
    const answer = await exchange(app.url, requestText('GET', '/v1/models', origin));
    expect(answer).toMatchObject({ status: 503, headers: { 'access-control-allow-origin': 'https://a.example' } });
    expect(answer.headers['access-control-expose-headers']?.split(',')).toContain('Retry-After');
  });

  test('leaves the rest alone', async () => {
    const app = await startInMaintenance();
    for (const path of ['/livez', '/readyz', '/healthz', '/metrics']) expect((await send(app, 'GET', path)).status, path).toBe(200);
    expect((await send(app, 'GET', '/internal/maintenance', `Bearer ${ADMIN_TOKEN}`)).status).toBe(200);
    expect((await send(app, 'GET', '/v2')).status).toBe(404);
  });
});
