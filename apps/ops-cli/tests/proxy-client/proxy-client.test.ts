import { errorEnvelope, probeBodySchema } from '@codex-proxy/contracts';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { readAddress } from '../../src/proxy-client/address.ts';
import { ProxyError } from '../../src/proxy-client/errors.ts';
import { listRuns, readMaintenance, readProbe, scrape } from '../../src/proxy-client/proxy-api.ts';
import { createProxyClient, openProxyClient, type ProxyClient } from '../../src/proxy-client/proxy-client.ts';
import { silenceOf } from '../../src/proxy-client/silence.ts';
import { startServer } from '../support/http-server.ts';
import { createTerminal } from '../support/terminal.ts';

const TOKEN = ['tok', 'of', 'an', 'operator'].join('-');
const CREDENTIALS = JSON.stringify({ api_key: `${TOKEN}-api`, admin_token: `${TOKEN}-admin` });

interface ClientOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

async function clientOf(url: string, { environment = {}, files = {} }: ClientOptions = {}): Promise<ProxyClient> {
  const given: Readonly<Record<string, string>> = { url, 'state-dir': '/state' };
  return openProxyClient({ text: (name) => given[name] }, createTerminal({ environment, files }));
}

async function failure(promise: Promise<unknown>): Promise<ProxyError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ProxyError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

describe('the address', () => {
  it.each([
    ['http://127.0.0.1:11435', 'http://127.0.0.1:11435', true],
    ['http://localhost:1/', 'http://localhost:1', true],
    ['https://[::1]:2/', 'https://[::1]:2', true],
    ['https://proxy.example/base/?a=b#c', 'https://proxy.example/base', false],
    ['http://127.0.0.1.example', 'http://127.0.0.1.example', false],
  ])('%s', (text, base, isLoopback) => expect(readAddress(text)).toEqual({ base, isLoopback }));

  it.each(['', '127.0.0.1:11435', 'ftp://a', 'http://', 'http://user:word@a', 'http://word@a'])('%j is refused, and not quoted', (text) => {
    expect(() => readAddress(text)).toThrow(/^the address of the proxy \(--url, \$CODEX_OPS_URL\) (must begin|holds no password)/);
  });
});

describe('tokens', () => {
  const seen = async (options: ClientOptions, host = '127.0.0.1'): Promise<readonly (string | undefined)[]> => {
    const headers: (string | undefined)[] = [];
    const url = await startServer((request, response) => {
      headers.push(request.headers.authorization);
      const isRuns = request.url?.startsWith('/api/runs') === true;
      sendJson(response, 200, isRuns ? { runs: [], nextCursor: null } : { enabled: false, retry_after_seconds: 60 });
    });
    const client = await clientOf(url.replace('127.0.0.1', host), options);
    await readMaintenance(client);
    await listRuns(client, 1, undefined);
    await scrape(client);
    return headers;
  };

  it('come from the environment', async () => {
    const environment = { PROXY_API_KEY: 'a', PROXY_ADMIN_TOKEN: ' b\n', PROXY_METRICS_TOKEN: 'c' };
    expect(await seen({ environment, files: { '/state/credentials.json': CREDENTIALS } })).toEqual(['Bearer b', 'Bearer a', 'Bearer c']);
  });

  it('else from what the proxy keeps', async () => {
    expect(await seen({ files: { '/state/credentials.json': CREDENTIALS } })).toEqual([
      `Bearer ${TOKEN}-admin`,
      `Bearer ${TOKEN}-api`,
      undefined,
    ]);
    expect(await seen({ files: { '/state/credentials.json': '[' } })).toEqual([undefined, undefined, undefined]);
  });

  it('of several that will do, the one that there is', async () => {
    expect((await seen({ environment: { PROXY_ADMIN_TOKEN: 'b' } }))[1]).toBe('Bearer b');
  });

  it('that were kept for a proxy of this machine are not sent to another', async () => {
    const given: Readonly<Record<string, string>> = { url: 'http://proxy.example', 'state-dir': '/state' };
    const client = await openProxyClient(
      { text: (name) => given[name] },
      createTerminal({ files: { '/state/credentials.json': CREDENTIALS } }),
    );
    expect([client.isLoopback, client.hasToken('api'), client.hasToken('admin')]).toEqual([false, false, false]);
  });

  it('that no header can hold are refused, and not quoted', async () => {
    const error = await failure(readMaintenance(await clientOf('http://127.0.0.1:9', { environment: { PROXY_ADMIN_TOKEN: 'two words' } })));
    expect(error.message).toBe('what $PROXY_ADMIN_TOKEN holds cannot be a token: it has blanks, line ends or characters beyond ASCII');
  });
});

const PROBE = { status: 'ok', worker_state: 'ready', maintenance_mode: false };

describe('what the proxy refuses is a sentence', () => {
  const cases: readonly [name: string, status: number, body: object, failure: string, sentence: RegExp][] = [
    [
      'a wrong token',
      401,
      errorEnvelope('invalid_api_key', 'No.'),
      'bad_token',
      /^the admin token in \$PROXY_ADMIN_TOKEN is not that of the proxy at http:/,
    ],
    ['no admin token', 404, errorEnvelope('not_found', 'There is no such route.'), 'admin_off', /has no admin token.*PROXY_ADMIN_TOKEN/],
    [
      'shutting down',
      503,
      errorEnvelope('shutting_down', 'It stops.'),
      'rejected',
      /^the proxy refused: It stops \(HTTP 503 shutting_down\)$/,
    ],
    ['a gateway', 502, { error: 'bad gateway' }, 'foreign', /is not the proxy \(HTTP 502\): a gateway may stand before it/],
    ['a redirect', 302, {}, 'foreign', /\(HTTP 302\): redirects are not followed/],
    ['another shape', 200, { enabled: 'yes' }, 'foreign', /is not the proxy \(HTTP 200\): is --url/],
  ];
  it.each(cases)('%s', async (_name, status, body, kind, sentence) => {
    const url = await startServer((request, response) => {
      if (request.url === '/readyz') sendJson(response, 200, PROBE);
      else sendJson(response, status, body);
    });
    const error = await failure(readMaintenance(await clientOf(url, { environment: { PROXY_ADMIN_TOKEN: TOKEN } })));
    expect([error.failure, error.message]).toEqual([kind, expect.stringMatching(sentence)]);
  });

  describe('where a route is not found', () => {
    const asks: readonly [name: string, path: string, ask: (client: ProxyClient) => Promise<unknown>, off: string][] = [
      ['probe', '/readyz', readProbe, ''],
      ['metrics', '/metrics', scrape, 'PROXY_METRICS_ENABLED=false'],
      ['runs', '/api/runs', async (client) => listRuns(client, 1, undefined), 'PROXY_RUN_EVENTS=false'],
      ['maintenance', '/internal/maintenance', readMaintenance, 'has no admin token'],
    ];
    const notFound = errorEnvelope('not_found', 'There is no such route.');

    it.each(asks)('a path behind the address is told: %s', async (_name, _path, ask) => {
      const heard: (string | undefined)[] = [];
      const url = await startServer((request, response) => {
        if (request.url === '/readyz') {
          heard.push(request.headers.authorization);
          sendJson(response, 503, { ...PROBE, status: 'unready', reason: 'worker_starting' });
        } else sendJson(response, 404, notFound);
      });
      const error = await failure(ask(await clientOf(`${url}/v1/`, { environment: { PROXY_ADMIN_TOKEN: TOKEN } })));
      expect([error.failure, error.message]).toEqual([
        'foreign',
        `the proxy is at ${url} and not at ${url}/v1: give --url (or $CODEX_OPS_URL) without the path`,
      ]);
      expect(heard).toEqual([undefined]);
    });

    it.each(asks)('another server is told, also where it speaks as the proxy does: %s', async (_name, _path, ask) => {
      for (const body of [notFound, { error: 'not found' }]) {
        const url = await startServer((_request, response) => sendJson(response, 404, body));
        const error = await failure(ask(await clientOf(url)));
        expect([error.failure, error.message]).toEqual(['foreign', expect.stringContaining('is not the proxy (HTTP 404): is --url')]);
      }
    });

    it.each(asks.slice(1))('what is switched off is told, also behind a path that is the proxy’s: %s', async (_name, _path, ask, off) => {
      const url = await startServer((request, response) => {
        if (request.url === '/codex/readyz') sendJson(response, 200, PROBE);
        else sendJson(response, 404, notFound);
      });
      expect((await failure(ask(await clientOf(`${url}/codex`)))).message).toContain(off);
    });
  });

  it('without a token, what it takes', async () => {
    const url = await startServer((request, response) => {
      sendJson(
        response,
        request.url === '/metrics' ? 403 : 401,
        errorEnvelope(request.url === '/metrics' ? 'forbidden' : 'invalid_api_key', 'No.'),
      );
    });
    const client = await clientOf(url);
    expect((await failure(readMaintenance(client))).message).toMatch(
      /needs the admin token .*: set PROXY_ADMIN_TOKEN, or name with --state-dir/,
    );
    expect((await failure(scrape(client))).message).toMatch(/needs the metrics token .*: set PROXY_METRICS_TOKEN, or ask from the machine/);
  });

  it('in which no token stands, whatever the server sends back', async () => {
    const url = await startServer((request, response) =>
      sendJson(response, 400, errorEnvelope('invalid_request', `you sent \u001b[31m${String(request.headers.authorization)}`)),
    );
    const { message } = await failure(readMaintenance(await clientOf(url, { environment: { PROXY_ADMIN_TOKEN: TOKEN } })));
    expect(message).toContain(String.raw`you sent \u001b[31mBearer [redacted]`);
  });
});

describe('a server that does not answer as one', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  const raw = async (onData: (write: (text: string) => void, end: () => void) => void): Promise<string> => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () =>
        onData(
          (text) => void socket.write(text),
          () => void socket.end(),
        ),
      );
    });
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  };

  it('speaks something else', async () => {
    const url = await raw((write, end) => {
      write('220 mail.example ESMTP\r\n');
      end();
    });
    expect((await failure(readProbe(await clientOf(url)))).failure).toBe('foreign');
  });

  it('breaks off', async () => {
    const error = await failure(readProbe(await clientOf(await raw((_write, end) => end()))));
    expect([error.failure, error.isSilence, error.message]).toEqual([
      'broken_off',
      true,
      expect.stringMatching(/broke the connection off/),
    ]);
  });

  it('is too slow', async () => {
    const error = await failure(readProbe(await clientOf(await raw(() => undefined)), { timeoutMs: 50 }));
    expect([error.failure, error.message]).toEqual(['timeout', expect.stringMatching(/did not answer in time$/)]);
  });

  it('speaks no TLS', async () => {
    const url = await startServer((_request, response) => response.end());
    const error = await failure(readProbe(await clientOf(url.replace('http:', 'https:'))));
    expect([error.failure, error.message]).toEqual(['tls', expect.stringMatching(/does it speak http:\/\//)]);
  });

  it('is not there', async () => {
    const url = await raw(() => undefined);
    for (const server of servers.splice(0)) server.close();
    const error = await failure(readProbe(await clientOf(url)));
    expect([error.failure, error.message]).toEqual(['refused', expect.stringMatching(/^nothing listens at http:/)]);
  });

  it('is not waited for after Ctrl-C', async () => {
    const client = await clientOf(await raw(() => undefined));
    expect((await failure(readProbe(client, { signal: AbortSignal.abort() }))).failure).toBe('interrupted');
  });
});

it.each([
  ['CERT_HAS_EXPIRED', 'tls', /renew it/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', /NODE_EXTRA_CA_CERTS/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', /is for another name/],
  ['ENOTFOUND', 'unreachable', /nobody knows the host/],
  ['EHOSTUNREACH', 'unreachable', /there is no way to/],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout', /in time/],
  ['ESOMETHING', 'unreachable', /cannot be reached \(ESOMETHING\)/],
])('%s is told as %s', (code, kind, sentence) => {
  const error = silenceOf('https://a', new TypeError('fetch failed', { cause: Object.assign(new Error('words'), { code }) }));
  expect([error.failure, error.message]).toEqual([kind, expect.stringMatching(sentence)]);
});

it('an unready probe is an answer', async () => {
  const body = { status: 'unready', reason: 'worker_starting', worker_state: 'starting', maintenance_mode: false };
  const url = await startServer((_request, response) => sendJson(response, 503, body));
  expect(await readProbe(await clientOf(url))).toEqual(probeBodySchema.parse(body));
});

it('events are those of the stream, however it is cut, and end with it', async () => {
  const text = ': hello\n\nevent: run_event\nid: 7\ndata: {"é":\ndata: 1}\n\nevent: run_end\ndata: x\n\n';
  const url = await startServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const byte of Buffer.from(text)) response.write(Uint8Array.of(byte));
    response.end();
  });
  const client = createProxyClient(readAddress(url), { get: () => undefined, unread: undefined });
  const events: (string | undefined)[][] = [];
  for await (const { event, id, data } of client.events({ path: '/' })) events.push([event, id, data]);
  expect(events).toEqual([
    ['run_event', '7', '{"é":\n1}'],
    ['run_end', undefined, 'x'],
  ]);
});
