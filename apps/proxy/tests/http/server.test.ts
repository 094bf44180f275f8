import { once } from 'node:events';
import { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { errorDefinition, errorEnvelopeSchema, type ErrorCode } from '@codex-proxy/contracts';
import { describe, expect, test, vi } from 'vitest';
import { HttpError } from '../../src/http/errors.ts';
import { ADMIN_TOKEN, AUTHORIZATION, startApp, type AppUnderTest } from '../support/app-under-test.ts';
import { exchange, openConnection, parseAnswer, requestText, type RawAnswer, type RawConnection } from '../support/raw-http.ts';

const CHAT = '/v1/chat/completions';
const HEADERS = { Authorization: AUTHORIZATION, 'Content-Type': 'application/json' };

function codeOf(answer: RawAnswer): string {
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.headers['x-request-id']).toMatch(/^req_[0-9A-Za-z]{24}$/);
  const { error } = errorEnvelopeSchema.parse(JSON.parse(answer.body));
  return error.code;
}

/** Both ends of a new connection. */
async function connected(app: AppUnderTest): Promise<{ connection: RawConnection; socket: Socket }> {
  const accepted = once(app.server, 'connection');
  const connection = await openConnection(app.url);
  const [socket] = await accepted;
  if (!(socket instanceof Socket)) throw new Error('no socket');
  return { connection, socket };
}

/** The request was refused by its own record, once, and by nothing else. */
async function expectRefused(app: AppUnderTest, answer: RawAnswer, code: ErrorCode): Promise<void> {
  expect(codeOf(answer)).toBe(code);
  const { status } = errorDefinition(code);
  expect(answer.status).toBe(status);
  expect(await app.terminalOf(answer.headers['x-request-id'] ?? null)).toMatchObject({ status, error_code: code });
  expect(app.clientErrors).toEqual([]);
  expect(app.unexpected).toEqual([]);
  expect(app.terminals.filter((terminal) => terminal.request_id === answer.headers['x-request-id'])).toHaveLength(1);
}

describe("what Node's parser refuses before there is a request", () => {
  test.each<[string, string, ErrorCode]>([
    ['is not HTTP', 'hello\r\n\r\n', 'invalid_request'],
    ['is a TLS handshake', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003', 'invalid_request'],
    ['is HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'invalid_request'],
    ['has an unknown method', 'BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n', 'invalid_request'],
    ['has a space in its target', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n', 'invalid_request'],
    ['has a bad header', 'GET / HTTP/1.1\r\nHost: x\r\nbad header: x\r\n\r\n', 'invalid_request'],
    ['has two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 'invalid_request'],
    [
      'has a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'invalid_request',
    ],
    ['has headers of more than 16 KB', requestText('GET', '/livez', { 'X-Long': 'x'.repeat(20_000) }), 'headers_too_large'],
    ['asks for a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n', 'method_not_allowed'],
  ])('%s', async (_what, bytes, code) => {
    const app = await startApp();
    const answer = await exchange(app.url, Buffer.from(bytes, 'latin1'));
    expect(codeOf(answer)).toBe(code);
    expect(answer.status).toBe(errorDefinition(code).status);
    expect(answer.headers).toMatchObject({ connection: 'close', 'content-length': String(Buffer.byteLength(answer.body)) });
    expect(app.clientErrors).toMatchObject([{ code, status: answer.status, requestId: answer.headers['x-request-id'] }]);
    expect(app.terminals).toEqual([]);
  });

  test('garbage after an answered request is refused for itself', async () => {
    const app = await startApp();
    const connection = await openConnection(app.url);
    connection.socket.write(requestText('GET', '/livez', { Connection: 'keep-alive' }));
    await connection.waitFor((received) => received.includes('"ok"'));
    connection.socket.write('garbage\r\n\r\n');
    await connection.closed;
    const second = parseAnswer(connection.received().slice(connection.received().lastIndexOf('HTTP/1.1')));
    expect(codeOf(second)).toBe('invalid_request');
    expect(app.clientErrors).toHaveLength(1);
    expect(app.terminals).toMatchObject([{ route: '/livez', status: 200 }]);
  });

  test('headers that come too slowly are refused', async () => {
    const app = await startApp();
    const { connection, socket } = await connected(app);
    connection.socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n');
    await once(socket, 'data');
    app.server.emit('clientError', Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
    await connection.closed;
    expect(codeOf(parseAnswer(connection.received()))).toBe('request_timeout');
    expect(app.clientErrors).toMatchObject([{ code: 'request_timeout', status: 408 }]);
  });

  test('a connection over which nothing came is closed without a word', async () => {
    const app = await startApp();
    const { connection, socket } = await connected(app);
    app.server.emit('clientError', Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
    await connection.closed;
    expect(connection.received()).toBe('');
    expect(app.clientErrors).toEqual([]);
  });
});

describe('a request whose body is at fault', () => {
  const chunked = (body: string): string => requestText('POST', CHAT, { ...HEADERS, 'Transfer-Encoding': 'chunked' }, body);

  test.each<[string, string, ErrorCode]>([
    ['a chunk without a size', chunked('ZZ\r\n'), 'invalid_request'],
    ['a chunk longer than its size', chunked('2\r\n{}x\r\n'), 'invalid_request'],
    ['endless chunk extensions', chunked(`2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`), 'request_too_large'],
  ])('%s', async (_what, bytes, code) => {
    const app = await startApp();
    await expectRefused(app, await exchange(app.url, bytes), code);
  });

  test('is told so when its body takes too long', async () => {
    const app = await startApp();
    const { connection, socket } = await connected(app);
    const started = once(app.server, 'request');
    connection.socket.write(requestText('POST', CHAT, { ...HEADERS, 'Content-Length': '100' }, '{'));
    await started;
    app.server.emit('clientError', Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
    await connection.closed;
    await expectRefused(app, parseAnswer(connection.received()), 'request_timeout');
  });

  test('is a client that left, when it leaves in the middle of it', async () => {
    const app = await startApp();
    const started = once(app.server, 'request');
    const connection = await openConnection(app.url);
    connection.socket.write(requestText('POST', CHAT, { ...HEADERS, 'Content-Length': '100' }, '{'));
    await started;
    connection.socket.destroy();
    await expect.poll(() => app.terminals).toMatchObject([{ status: 499, outcome: 'client_closed', error_code: 'client_closed' }]);
    expect(app.unexpected).toEqual([]);
  });
});

describe('a body', () => {
  const post = async (app: AppUnderTest, headers: Readonly<Record<string, string>>, body: Buffer | string = ''): Promise<RawAnswer> => {
    const bytes = Buffer.from(body);
    const head = requestText('POST', CHAT, { ...HEADERS, 'Content-Length': String(bytes.length), ...headers });
    return exchange(app.url, Buffer.concat([Buffer.from(head, 'latin1'), bytes]));
  };

  test.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/vnd.api+json',
    'application/json;charset=UTF-8',
    'application/json; a=b; charset="utf8"',
  ])('may come as %s', async (type) => {
    const app = await startApp();
    expect(JSON.parse((await post(app, { 'Content-Type': type }, '{"a":"ü💙"}')).body)).toEqual({ a: 'ü💙' });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonl', 'json', ''])(
    'may not come as %j',
    async (type) => {
      const app = await startApp();
      await expectRefused(app, await post(app, { 'Content-Type': type }, '{}'), 'unsupported_media_type');
    },
  );

  test.each<[string, Readonly<Record<string, string>>, Buffer | string, ErrorCode]>([
    ['that is not JSON', {}, '{"a":', 'invalid_json'],
    ['that is HTML', {}, '<html></html>', 'invalid_json'],
    ['that is not UTF-8', {}, Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'invalid_json'],
    ['that holds half a surrogate pair in bytes', {}, Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'invalid_json'],
    ['in another charset', { 'Content-Type': 'application/json; charset=latin1' }, '{}', 'unsupported_media_type'],
    ['in an unknown encoding', { 'Content-Encoding': 'zip' }, '{}', 'unsupported_media_type'],
    ['that is no gzip though it says so', { 'Content-Encoding': 'gzip' }, '{}', 'invalid_request'],
    ['that is a gzip cut short', { 'Content-Encoding': 'gzip' }, gzipSync('{"a":1}').subarray(0, 12), 'invalid_request'],
    ['that is too large', {}, `"${'x'.repeat(70_000)}"`, 'request_too_large'],
    ['that unpacks to too much', { 'Content-Encoding': 'gzip' }, gzipSync(`"${' '.repeat(50_000_000)}"`), 'request_too_large'],
  ])('%s is refused', async (_what, headers, body, code) => {
    const app = await startApp();
    await expectRefused(app, await post(app, headers, body), code);
  });

  test('may begin with a byte order mark, and may be missing', async () => {
    const app = await startApp();
    expect((await post(app, {}, '\ufeff{"a":1}')).body).toBe('{"a":1}');
    expect((await post(app, {})).body).toBe('{}');
  });

  test('of the largest size passes, packed or not', async () => {
    const app = await startApp();
    const body = `"${'x'.repeat(65_534)}"`;
    expect((await post(app, {}, body)).status).toBe(200);
    expect((await post(app, { 'Content-Encoding': 'gzip' }, gzipSync(body))).status).toBe(200);
  });
});

describe('a body that is announced as too large', () => {
  const TOO_LONG = ['65537', '20000000', '1000000000000000000'] as const;
  const head = (length: string | number, headers: Readonly<Record<string, string>> = {}): string =>
    requestText('POST', CHAT, { ...HEADERS, Connection: 'keep-alive', 'Content-Length': String(length), ...headers });

  test.each(TOO_LONG.flatMap((length) => [[length, {}] as const, [length, { Expect: '100-continue' }] as const]))(
    '(%s bytes, %j) is refused before it comes, and the connection ends',
    async (length, headers) => {
      const app = await startApp();
      const answer = await exchange(app.url, head(length, headers));
      await expectRefused(app, answer, 'request_too_large');
      expect(answer.headers.connection).toBe('close');
    },
  );

  test('is refused to a client that sends it all the same, and can read so', async () => {
    const app = await startApp();
    const body = Buffer.alloc(20_000_000, ' ');
    const { socket, closed, received } = await openConnection(app.url, { allowHalfOpen: true });
    const errors: Error[] = [];
    socket.on('error', (error) => errors.push(error));
    socket.end(Buffer.concat([Buffer.from(head(body.length)), body]));
    await closed;
    await expectRefused(app, parseAnswer(received()), 'request_too_large');
    expect(errors).toEqual([]);
  });

  test('is the last that a connection may ask for', async () => {
    const chat = vi.fn();
    const app = await startApp({ chat });
    const arrived = vi.fn();
    app.server.on('request', arrived);
    const connection = await openConnection(app.url, { allowHalfOpen: true });
    connection.socket.write(head(65_537));
    await connection.waitFor((received) => received.includes('request_too_large'));
    connection.socket.end(' '.repeat(65_537) + requestText('POST', CHAT, HEADERS, '{}'));
    await connection.closed;
    expect(connection.received().match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(arrived).toHaveBeenCalledTimes(2);
    expect(chat).not.toHaveBeenCalled();
  });

  test('is not what a stranger is told of', async () => {
    const app = await startApp();
    const answer = await exchange(app.url, head(TOO_LONG[1], { Authorization: 'Bearer wrong-key-of-the-test', Expect: '100-continue' }));
    await expectRefused(app, answer, 'invalid_api_key');
  });

  test('is refused to operators too', async () => {
    const app = await startApp();
    const operator = { Authorization: `Bearer ${ADMIN_TOKEN}` };
    const bytes = head(TOO_LONG[1], operator).replace(CHAT, '/internal/maintenance');
    await expectRefused(app, await exchange(app.url, bytes), 'request_too_large');
  });
});

describe('headers', () => {
  test('an expectation other than 100-continue is refused', async () => {
    const app = await startApp();
    await expectRefused(app, await exchange(app.url, requestText('GET', '/livez', { Expect: 'a miracle' })), 'invalid_request');
  });

  test('100-continue is met', async () => {
    const app = await startApp();
    const connection = await openConnection(app.url);
    const patient = { ...HEADERS, Connection: 'keep-alive', Expect: '100-continue', 'Content-Length': '2' };
    connection.socket.write(requestText('POST', CHAT, patient));
    await connection.waitFor((received) => received.startsWith('HTTP/1.1 100 '));
    connection.socket.write('{}');
    await connection.waitFor((received) => received.includes('HTTP/1.1 200 OK'));
    connection.socket.write(requestText('GET', '/livez'));
    await connection.closed;
    expect(connection.received().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });

  test.each([
    ['a wrong key', { Authorization: 'Bearer wrong-key-of-the-test' }, 'invalid_api_key'],
    ['another type', { 'Content-Type': 'text/plain' }, 'unsupported_media_type'],
  ] as const)('100-continue is not met for %s: the answer comes instead, and ends the connection', async (_what, wrong, code) => {
    const app = await startApp();
    const patient = { ...HEADERS, Connection: 'keep-alive', Expect: '100-continue', 'Content-Length': '2' };
    await expectRefused(app, await exchange(app.url, requestText('POST', CHAT, { ...patient, ...wrong })), code);
  });

  test('100-continue is not met in HTTP/1.0, which knows no such answer', async () => {
    const app = await startApp();
    const head = requestText('POST', CHAT, { ...HEADERS, Expect: '100-continue' }, '{}').replace('HTTP/1.1', 'HTTP/1.0');
    expect((await exchange(app.url, head)).status).toBe(200);
  });

  test('a missing host is refused in HTTP/1.1 and accepted in HTTP/1.0', async () => {
    const app = await startApp();
    await expectRefused(app, await exchange(app.url, 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n'), 'invalid_request');
    expect((await exchange(app.url, 'GET /livez HTTP/1.0\r\n\r\n')).status).toBe(200);
  });

  test('an upgrade is not taken', async () => {
    const app = await startApp();
    const answer = await exchange(app.url, requestText('GET', '/livez', { Upgrade: 'websocket', Connection: 'upgrade, close' }));
    expect(answer.status).toBe(200);
  });

  test('every answer has an id, is neither sniffed, kept nor framed, and does not say what made it', async () => {
    const app = await startApp();
    const refusedByTheParser = 'NONSENSE\r\n\r\n';
    const requests = ['/livez', '/nowhere', '/v1/models'].map((target) => requestText('GET', target, { 'X-Request-Id': 'mine' }));
    for (const request of [...requests, refusedByTheParser]) {
      const { headers } = await exchange(app.url, request);
      expect(headers).toMatchObject({
        'x-request-id': expect.stringMatching(/^req_[0-9A-Za-z]{24}$/),
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('server');
    }
    expect(app.terminals.map((terminal) => terminal.client_request_id)).toEqual(['mine', 'mine', 'mine']);
  });
});

describe('an error that no one expected', () => {
  test('is told without its details, and its request is counted as failed', async () => {
    const chat = (): never => {
      throw new Error('a secret of the house');
    };
    const app = await startApp({ chat });
    const answer = await exchange(app.url, requestText('POST', CHAT, HEADERS, '{}'));
    expect(answer.body).not.toContain('secret');
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'internal_error', type: 'server_error', retryable: true } });
    expect(await app.terminalOf(answer.headers['x-request-id'] ?? null)).toMatchObject({ status: 500, outcome: 'failed' });
    expect(app.unexpected).toMatchObject([{ message: 'a secret of the house' }]);
  });

  test('after the headers cuts the answer, and counts all the same', async () => {
    const app = await startApp({
      chat: (_request, response, next) => {
        response.write('part', () => next(new Error('late')));
      },
    });
    const answer = await exchange(app.url, requestText('POST', CHAT, HEADERS, '{}'));
    expect(answer.status).toBe(200);
    expect(await app.terminalOf(answer.headers['x-request-id'] ?? null)).toMatchObject({ status: 500, outcome: 'failed' });
  });
});

describe('guards', () => {
  test('a missing or wrong key is refused before the body is read', async () => {
    const app = await startApp();
    for (const authorization of ['', 'Bearer wrong-key-of-the-test', 'Basic Zm9vOmJhcg==']) {
      const answer = await exchange(app.url, requestText('POST', CHAT, { ...HEADERS, Authorization: authorization }, '{"broken":'));
      await expectRefused(app, answer, 'invalid_api_key');
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
  });

  test('the rate limit counts what has a key, over all routes of /v1', async () => {
    const app = await startApp({ perMinute: 2 });
    const models = requestText('GET', '/v1/models', HEADERS);
    await exchange(app.url, requestText('GET', '/v1/models', {}));
    expect((await exchange(app.url, models)).status).toBe(200);
    expect((await exchange(app.url, requestText('POST', CHAT, HEADERS, '{}'))).status).toBe(200);
    const answer = await exchange(app.url, models);
    await expectRefused(app, answer, 'rate_limited');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await exchange(app.url, requestText('GET', '/livez'))).status).toBe(200);
  });

  test('an error may carry headers of its own, which win', async () => {
    const app = await startApp({
      chat: (_request, _response, next) => {
        next(new HttpError('queue_full', 'full', { headers: { 'Retry-After': '9' } }));
      },
    });
    expect((await exchange(app.url, requestText('POST', CHAT, HEADERS, '{}'))).headers['retry-after']).toBe('9');
  });
});
