import fc from 'fast-check';
import { errorEnvelopeSchema } from '@codex-proxy/contracts';
import { describe, expect, test } from 'vitest';
import { routeTemplate } from '../../src/ingress/route-template.ts';
import { AUTHORIZATION, startApp, type AppUnderTest } from '../support/app-under-test.ts';
import { exchange, requestText, type RawAnswer } from '../support/raw-http.ts';

const ROUTES = ['/v1/chat/completions', '/v1/models', '/v1/models/one', '/livez', '/readyz', '/healthz', '/metrics'];

/** Sends the target as it is, which `fetch` would tidy up. */
async function get(app: AppUnderTest, target: string, method = 'GET'): Promise<RawAnswer> {
  return exchange(app.url, requestText(method, target, { Authorization: AUTHORIZATION }));
}

/** Whether a route took the request: everything else is told that there is none. */
function wasRouted({ status, body }: RawAnswer): boolean {
  return status !== 404 || errorEnvelopeSchema.parse(JSON.parse(body)).error.code === 'model_not_found';
}

async function expectAgreement(app: AppUnderTest, target: string): Promise<void> {
  const answer = await get(app, target);
  // What Node's parser refuses reaches no route and is counted as none.
  if (app.clientErrors.some(({ requestId }) => requestId === answer.headers['x-request-id'])) return;
  const { route } = await app.terminalOf(answer.headers['x-request-id'] ?? null);
  expect(wasRouted(answer), `${target} is counted as ${route}`).toBe(route !== 'other');
}

describe('route templates', () => {
  test('name each route', async () => {
    const app = await startApp();
    for (const path of ROUTES) {
      const answer = await get(app, path);
      expect(wasRouted(answer), path).toBe(true);
      const terminal = await app.terminalOf(answer.headers['x-request-id'] ?? null);
      expect(terminal.route).toBe(path === '/v1/models/one' ? '/v1/models/:id' : path);
    }
  });

  test('agree with what is routed, for every way to write a path', async () => {
    const app = await startApp();
    const variants = ROUTES.flatMap((path) => [
      `${path}/`,
      `${path}//`,
      `/${path}`,
      path.toUpperCase(),
      path.replace('e', 'E'),
      path.replace('e', '%65'),
      path.replace('/', '%2F'),
      `${path}%2F`,
      `${path}%20`,
      `${path}%00`,
      `${path}.json`,
      `${path};a=b`,
      `${path}?a=/b`,
      `${path}?`,
      `${path}#fragment`,
      `${path}\\`,
      `/.${path}`,
      `/x/..${path}`,
      `http://localhost${path}`,
      `http://localhost${path}/?x`,
    ]);
    const others = [
      '*',
      '/',
      '/v1',
      '/v1/',
      '/v1/models/a/b',
      '/v1/models/a%2Fb',
      '/v1/models/%ZZ',
      '/v1/models/%FF',
      '/metrics/x',
      '/favicon.ico',
    ];
    for (const target of [...ROUTES, ...variants, ...others]) await expectAgreement(app, target);
  });

  test('agree for paths that nobody thought of', async () => {
    const app = await startApp();
    const piece = fc.constantFrom(
      'v1',
      'models',
      'chat',
      'completions',
      'livez',
      'readyz',
      'metrics',
      'V1',
      '',
      '.',
      '..',
      '%2e',
      '%2f',
      'one',
      'é',
      '%C3%A9',
      ':id',
      '*',
    );
    const target = fc
      .array(piece, { minLength: 1, maxLength: 4 })
      .map((pieces) => `/${pieces.join('/')}`)
      .filter((path) => !path.includes('é'));
    await fc.assert(
      fc.asyncProperty(target, async (path) => expectAgreement(app, path)),
      { numRuns: 150 },
    );
  });

  test('are few, whatever paths come', () => {
    fc.assert(
      fc.property(fc.webPath(), (path) => {
        expect([...ROUTES, '/v1/models/:id', 'other']).toContain(routeTemplate(path));
      }),
    );
  });
});

describe('methods', () => {
  const allowed: Readonly<Record<string, string>> = {
    '/v1/chat/completions': 'POST',
    '/v1/models': 'GET, HEAD',
    '/v1/models/one': 'GET, HEAD',
    '/livez': 'GET, HEAD',
    '/readyz': 'GET, HEAD',
    '/healthz': 'GET, HEAD',
    '/metrics': 'GET, HEAD',
  };

  test.each(Object.entries(allowed))('of %s are %s', async (path, methods) => {
    const app = await startApp();
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY']) {
      if (methods.includes(method)) continue;
      const answer = await get(app, path, method);
      expect(answer, method).toMatchObject({ status: 405, headers: { allow: methods } });
      expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'method_not_allowed', retryable: false } });
      const terminal = await app.terminalOf(answer.headers['x-request-id'] ?? null);
      expect(terminal).toMatchObject({ status: 405, error_code: 'method_not_allowed', outcome: 'refused', method });
    }
  });

  test('HEAD is GET without the body', async () => {
    const app = await startApp();
    for (const path of ['/v1/models', '/v1/models/one', '/livez', '/readyz', '/metrics']) {
      const [head, whole] = [await get(app, path, 'HEAD'), await get(app, path)];
      expect(head).toMatchObject({ status: 200, body: '' });
      expect(Number(head.headers['content-length'])).toBe(Buffer.byteLength(whole.body));
    }
  });
});

describe('models', () => {
  test('are listed in the order in which they are served', async () => {
    const app = await startApp();
    const model = (id: string): object => ({ id, object: 'model', created: 7, owned_by: 'codex' });
    expect(JSON.parse((await get(app, '/v1/models')).body)).toEqual({ object: 'list', data: [model('one'), model('vendor/two')] });
    expect(JSON.parse((await get(app, '/v1/models/one')).body)).toEqual(model('one'));
    expect(JSON.parse((await get(app, '/v1/models/vendor%2Ftwo')).body)).toEqual(model('vendor/two'));
  });

  test('that are not served are not found', async () => {
    const app = await startApp();
    expect(JSON.parse((await get(app, '/v1/models/nine')).body)).toEqual({
      error: {
        message: 'The model does not exist or is not served here.',
        type: 'not_found_error',
        param: 'model',
        code: 'model_not_found',
        retryable: false,
      },
    });
  });
});

describe('browsers', () => {
  const preflight = {
    Origin: 'https://a.example',
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'authorization,content-type',
  };

  test('of a named origin may call, and read the ids of their requests', async () => {
    const app = await startApp({ corsOrigins: ['https://a.example', 'https://b.example'] });
    const asked = await exchange(app.url, requestText('OPTIONS', '/v1/chat/completions', preflight));
    expect(asked).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': 'https://a.example', 'access-control-allow-methods': 'GET,POST' },
    });
    const answer = await exchange(app.url, requestText('GET', '/v1/models', { Origin: 'https://b.example' }));
    expect(answer).toMatchObject({ status: 401, headers: { 'access-control-allow-origin': 'https://b.example' } });
    expect(answer.headers['access-control-expose-headers']?.split(',')).toContain('X-Request-Id');
  });

  test('of another origin may not', async () => {
    const app = await startApp({ corsOrigins: ['https://a.example'] });
    const answer = await exchange(
      app.url,
      requestText('OPTIONS', '/v1/chat/completions', { ...preflight, Origin: 'https://evil.example' }),
    );
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin', 'https://evil.example');
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('are not let in by default, and never to the probes', async () => {
    const closed = await startApp();
    expect((await exchange(closed.url, requestText('OPTIONS', '/v1/models', preflight))).status).toBe(405);
    const open = await startApp({ corsOrigins: ['*'] });
    expect((await exchange(open.url, requestText('GET', '/metrics', preflight))).headers).not.toHaveProperty('access-control-allow-origin');
  });
});

test('metrics that are switched off do not exist', async () => {
  const app = await startApp({ metricsEnabled: false });
  for (const method of ['GET', 'POST']) {
    const answer = await get(app, '/metrics', method);
    expect(answer.status).toBe(404);
    const terminal = await app.terminalOf(answer.headers['x-request-id'] ?? null);
    expect(terminal).toMatchObject({ error_code: 'not_found', route: '/metrics' });
  }
});
