import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { exchange, requestText, type RawAnswer } from '../support/raw-http.ts';

const KEY = ['key', 'of', 'the', 'access', 'tests'].join('-');
const ADMIN = ['admin', 'of', 'the', 'access', 'tests'].join('-');
const METRICS = ['metrics', 'of', 'the', 'access', 'tests'].join('-');
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY', 'PROPFIND'] as const;
const BODY = JSON.stringify({ model: 'demo-codex', messages: [{ role: 'user', content: 'hi' }], enabled: true });

type Who = 'nobody' | 'key' | 'admin' | 'metrics';

interface Guarded {
  readonly path: string;
  /** Whose tokens open it. */
  readonly open: readonly Who[];
  readonly refused: number;
}

let proxy: ProxyUnderTest;
let runId = '';

beforeAll(async () => {
  proxy = await startReadyProxy({
    PROXY_PROVIDER: 'demo',
    PROXY_API_KEY: KEY,
    PROXY_ADMIN_TOKEN: ADMIN,
    PROXY_METRICS_TOKEN: METRICS,
    PROXY_METRICS_LOOPBACK: 'false',
  });
  const response = await proxy.chat(JSON.parse(BODY));
  runId = response.headers.get('x-request-id') ?? '';
  await response.text();
});

afterAll(async () => {
  await proxy.remove();
});

/** Every path that the reference documents, with who may pass. A run and an artifact that exist, so that a hole would show. */
function guarded(): readonly Guarded[] {
  const key = (path: string): Guarded => ({ path, open: ['key'], refused: 401 });
  const reader = (path: string): Guarded => ({ path, open: ['key', 'admin'], refused: 401 });
  const admin = (path: string): Guarded => ({ path, open: ['admin'], refused: 401 });
  return [
    ...['/v1/chat/completions', '/v1/models', '/v1/models/demo-codex'].map(key),
    ...['/api/runs', `/api/runs/${runId}`, `/api/runs/${runId}/events`].map(reader),
    ...['/internal/maintenance', '/internal/trace-buffer', `/internal/trace-buffer/${runId}`, '/internal/worker/recycle'].map(admin),
    { path: '/metrics', open: ['metrics'], refused: 403 },
  ];
}

/** What tells where a request comes from: this host itself, or a proxy on it. */
const ORIGINS: readonly Readonly<Record<string, string>>[] = [{}, { 'X-Forwarded-For': '127.0.0.1' }];

/** Ways to seem entitled. */
function disguises(token: string): readonly Readonly<Record<string, string>>[] {
  const values = [
    `Bearer ${token.slice(0, -1)}`,
    `Bearer ${token}x`,
    `Bearer ${token.toUpperCase()}`,
    `Bearer ${token} ${token}`,
    `Bearer "${token}"`,
    `Basic ${Buffer.from(`:${token}`).toString('base64')}`,
    `Basic ${token}`,
    `Token ${token}`,
    token,
    'Bearer',
    'Bearer undefined',
    'Bearer null',
    '',
  ];
  return [
    {},
    ...values.map((authorization) => ({ Authorization: authorization })),
    { 'X-Api-Key': token },
    { 'Proxy-Authorization': `Bearer ${token}` },
    { Cookie: `authorization=Bearer ${token}; token=${token}` },
  ];
}

async function send(method: string, path: string, headers: Readonly<Record<string, string>>): Promise<RawAnswer> {
  const hasBody = method !== 'GET' && method !== 'HEAD' && method !== 'TRACE';
  const all = { 'Content-Type': 'application/json', ...headers };
  return exchange(proxy.url, requestText(method, path, all, hasBody ? BODY : ''));
}

const tokens = (): Readonly<Record<Exclude<Who, 'nobody'>, string>> => ({ key: proxy.apiKey, admin: ADMIN, metrics: METRICS });

/** Where the method alone decides, before anybody is asked who they are, nothing is done and nothing told. */
const isRefused = ({ status }: RawAnswer, expected: number): boolean => status === expected || status === 405;

describe.each(METHODS)('%s', (method) => {
  test('of no route gets in with the token of another door, in any disguise, or with none', async () => {
    for (const { path, open, refused } of guarded()) {
      const others = Object.entries(tokens()).filter(([who]) => !open.some((one) => one === who));
      const attempts = [
        ...others.map(([, token]) => ({ Authorization: `Bearer ${token}` })),
        ...open.flatMap((who) => (who === 'nobody' ? [] : disguises(tokens()[who]))),
      ];
      for (const headers of attempts.flatMap((attempt) => ORIGINS.map((origin) => ({ ...origin, ...attempt })))) {
        const answer = await send(method, path, headers);
        expect(isRefused(answer, refused), `${method} ${path} ${JSON.stringify(headers)}: ${String(answer.status)}`).toBe(true);
        expect(answer.body).not.toContain(runId);
      }
    }
  });

  test('reaches no guarded route by another way to write its path', async () => {
    const respelled = (path: string): readonly string[] => [
      `/${path}`,
      `${path}/`,
      `${path}//`,
      `/.${path}`,
      `/v1/..${path}`,
      `/livez/..${path}`,
      path.toUpperCase(),
      path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
      `${path}%00`,
      `${path};a=b`,
      `/livez?x=${path}`,
      `http://localhost${path}`,
    ];
    for (const { path } of guarded()) {
      for (const target of respelled(path)) {
        const answer = await send(method, target, {});
        const isProbe = target.startsWith('/livez?');
        expect(answer.status >= 400 || isProbe, `${method} ${target}: ${String(answer.status)}`).toBe(true);
        expect(answer.body).not.toContain(runId);
      }
    }
  });
});

test('two Authorization headers are none', async () => {
  for (const { path, open, refused } of guarded()) {
    const token = open.flatMap((who) => (who === 'nobody' ? [] : [tokens()[who]]))[0] ?? '';
    const lines = [`GET ${path} HTTP/1.1`, 'Host: x', 'Authorization: Bearer wrong', `Authorization: Bearer ${token}`];
    const answer = await exchange(proxy.url, `${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`);
    expect(isRefused(answer, refused), `${path}: ${String(answer.status)}`).toBe(true);
  }
});

test('the right token does open each door, so that the above could fail', async () => {
  for (const { path, open } of guarded()) {
    for (const who of open) {
      if (who === 'nobody') continue;
      for (const origin of ORIGINS) {
        const answer = await send('GET', path, { ...origin, Authorization: `Bearer ${tokens()[who]}` });
        expect(path.startsWith('/internal/') ? [200, 404, 405] : [200, 405], `${who} ${path}`).toContain(answer.status);
      }
    }
  }
});

test('after all that nothing is changed, and no token stands in a file of the log', async () => {
  const state = await proxy.fetch('/internal/maintenance', { headers: { authorization: `Bearer ${ADMIN}` } });
  expect(await state.json()).toMatchObject({ enabled: false });
  const traces = await proxy.fetch('/internal/trace-buffer', { headers: { authorization: `Bearer ${ADMIN}` } });
  expect(await traces.json()).toMatchObject({ enabled: false });
  expect(proxy.log.all({ event: 'uncaught_error' })).toEqual([]);
  await proxy.stop();
  const log = JSON.stringify([proxy.log.lines, ...['access', 'proto', 'usage'].map((name) => proxy.file(name))]);
  expect(log).toContain(runId);
  for (const token of Object.values(tokens())) expect(log).not.toContain(token);
});
