import { gzipSync } from 'node:zlib';
import { requestText } from '../support/raw-http.ts';
import { LINE_FORMATS, type FormatName } from './secret-format.ts';
import type { CanaryBook } from './canary.ts';
import type { RunningSystem } from './running-system.ts';

/** A place of a request around the conversation: where it is, which secrets fit into it, and how they get there. */
export interface RequestPlanting {
  readonly place: string;
  /** Default: all that fit into a line. */
  readonly formats?: readonly FormatName[];
  /** What it changes is the system's: one secret after the other. */
  readonly alone?: true;
  readonly plant: (system: RunningSystem, place: string, secret: string) => Promise<unknown>;
}

const CHAT = '/v1/chat/completions';
const JSON_TYPE = { 'Content-Type': 'application/json' };
const HELLO = JSON.stringify({ model: 'demo-codex', messages: [{ role: 'user', content: 'hi' }], n: 2 });
/** Formats of which `X-Request-Id` takes every character. Numbers and random text without a prefix are what ids are made of. */
const ID_FORMATS = ['github', 'openai', 'anthropic', 'aws', 'npm'] as const satisfies readonly FormatName[];

function header(name: string): RequestPlanting {
  return {
    place: `the header ${name}`,
    plant: async (system, place, secret) => {
      await system.request(place, 'POST', CHAT, { ...JSON_TYPE, [name]: secret }, HELLO);
      await system.request(place, 'GET', '/metrics', { [name]: secret });
    },
  };
}

function body(place: string, make: (secret: string) => string, headers: Readonly<Record<string, string>> = JSON_TYPE): RequestPlanting {
  return { place, plant: async (system, where, secret) => system.request(where, 'POST', CHAT, headers, make(secret)) };
}

function target(place: string, method: string, make: (secret: string) => string): RequestPlanting {
  return { place, plant: async (system, where, secret) => system.request(where, method, make(encodeURIComponent(secret))) };
}

function bytes(place: string, make: (secret: string) => string): RequestPlanting {
  return { place, plant: async (system, where, secret) => system.send(where, make(secret)) };
}

const chat = (fields: object): string => JSON.stringify({ model: 'demo-codex', messages: [{ role: 'user', content: 'hi' }], ...fields });

/** Every place of a request that is not content for the worker. Add a row, and it is planted in each system. */
export const REQUEST_PLANTINGS: readonly RequestPlanting[] = [
  ...[
    'Authorization',
    'Proxy-Authorization',
    'Cookie',
    'X-Api-Key',
    'Api-Key',
    'OpenAI-Organization',
    'X-Request-Id',
    'X-Custom',
    'User-Agent',
    'Referer',
    'Origin',
    'Traceparent',
    'Tracestate',
    'Baggage',
    'X-Forwarded-For',
    'Forwarded',
    'Content-Type',
    'Content-Encoding',
    'Accept',
    'Accept-Encoding',
    'If-None-Match',
    'Expect',
    'Host',
    'X-Proxy-Output-Mode',
  ].map(header),
  { ...header('X-Request-Id'), place: 'a well-formed X-Request-Id', formats: ID_FORMATS },
  {
    place: 'the name of a header',
    formats: ID_FORMATS,
    plant: async (system, place, secret) => system.request(place, 'GET', '/v1/models', { [secret]: 'x' }),
  },
  target('the query of a chat', 'POST', (secret) => `${CHAT}?key=${secret}&${secret}=1`),
  target('the query of a probe', 'GET', (secret) => `/readyz?token=${secret}`),
  target('the query of the metrics', 'GET', (secret) => `/metrics?${secret}`),
  target('a path', 'GET', (secret) => `/v1/${secret}`),
  target('a path of bad encoding', 'GET', (secret) => `/v1/models/%zz${secret}`),
  target('the id of a model', 'GET', (secret) => `/v1/models/${secret}`),
  target('the id of a run', 'GET', (secret) => `/api/runs/${secret}/events?afterId=${secret}`),
  target('the id of a trace', 'GET', (secret) => `/internal/trace-buffer/${secret}`),
  target('an absolute target', 'GET', (secret) => `http://robot:${secret}@localhost/livez?${secret}`),
  target('the target of CONNECT', 'CONNECT', (secret) => `${secret}.internal.net:443`),
  body('a body that is no JSON', (secret) => `{"model": ${secret}`),
  body('a body that is a string', (secret) => JSON.stringify(secret)),
  body('a body that is a list', (secret) => JSON.stringify([secret])),
  body('a name in the body', (secret) => chat({ [secret]: secret })),
  body('a model that is not served', (secret) => chat({ model: secret })),
  body('a refused parameter', (secret) => chat({ stop: [secret] })),
  body('a parameter of the wrong type', (secret) => chat({ stream: secret })),
  body('a role that there is not', (secret) => chat({ messages: [{ role: secret, content: secret }] })),
  body('a part that there is not', (secret) => chat({ messages: [{ role: 'user', content: [{ type: secret, [secret]: 1 }] }] })),
  body('an image by its address', (secret) =>
    chat({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: secret } }] }] }),
  ),
  body('a file by its name', (secret) =>
    chat({
      messages: [{ role: 'user', content: [{ type: 'file', file: { filename: `${secret}.pdf`, file_id: secret, file_data: secret } }] }],
    }),
  ),
  body('the name of a function', (secret) => chat({ functions: [{ name: secret, description: secret }], function_call: { name: secret } })),
  body('a tool of a bad name', (secret) => chat({ tools: [{ type: 'function', function: { name: `${secret} !` } }] })),
  body('a choice of no tool', (secret) => chat({ tool_choice: { type: 'function', function: { name: secret } } })),
  body('the id of an output without its call', (secret) => chat({ messages: [{ role: 'tool', tool_call_id: secret, content: secret }] })),
  body('the id of a call without its output', (secret) =>
    chat({
      messages: [{ role: 'assistant', tool_calls: [{ id: secret, type: 'function', function: { name: secret, arguments: secret } }] }],
    }),
  ),
  body('half a surrogate pair', (secret) =>
    chat({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { [secret]: '\ud800' } } } }),
  ),
  body('a body that is too large', (secret) => chat({ padding: 'x'.repeat(70_000), secret })),
  body('a form', (secret) => `password=${secret}`, { 'Content-Type': 'application/x-www-form-urlencoded' }),
  body(
    'a file',
    (secret) =>
      `--${secret}\r\nContent-Disposition: form-data; name="file"; filename="${secret}.txt"\r\n\r\n${secret}\r\n--${secret}--\r\n`,
    { 'Content-Type': 'multipart/form-data; boundary=b' },
  ),
  body('a body that says to be packed', (secret) => secret, { ...JSON_TYPE, 'Content-Encoding': 'gzip' }),
  body('a body of another charset', (secret) => chat({ secret }), { 'Content-Type': 'application/json; charset=utf-16' }),
  {
    place: 'a packed body that is no JSON',
    plant: async (system, place, secret) => {
      const packed = gzipSync(`{"api_key": ${secret}`);
      const headers = { ...JSON_TYPE, Authorization: `Bearer ${system.keys.api}`, 'Content-Encoding': 'gzip' };
      const head = requestText('POST', CHAT, { ...headers, 'Content-Length': String(packed.length) });
      return system.send(place, Buffer.concat([Buffer.from(head), packed]));
    },
  },
  {
    place: 'a body that is cut off',
    plant: async (system, place, secret) => {
      const headers = { ...JSON_TYPE, Authorization: `Bearer ${system.keys.api}`, 'Content-Length': '9999' };
      return system.cutOff(place, requestText('POST', CHAT, headers, chat({ secret })));
    },
  },
  bytes('no HTTP', (secret) => `${secret}\r\n\r\n`),
  bytes('a bad request line', (secret) => `GET /livez?${secret} HTTP/9.9\r\n\r\n`),
  bytes('a method that there is not', (secret) => `${secret} / HTTP/1.1\r\nHost: x\r\n\r\n`),
  bytes('a header without a colon', (secret) => `GET /livez HTTP/1.1\r\nHost: x\r\n${secret}\r\n\r\n`),
  bytes('headers that are too large', (secret) => `GET /livez HTTP/1.1\r\nHost: x\r\nCookie: ${secret} ${'x'.repeat(20_000)}\r\n\r\n`),
  bytes(
    'a chunk of no size',
    (secret) => `POST ${CHAT} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${secret}\r\n\r\n`,
  ),
  {
    place: 'the reason and the author of maintenance',
    alone: true,
    plant: async (system, place, secret) => {
      const headers = { ...JSON_TYPE, Authorization: `Bearer ${system.keys.admin}` };
      const toggle = async (enabled: boolean): Promise<unknown> =>
        system.request(place, 'POST', '/internal/maintenance', headers, JSON.stringify({ enabled, reason: secret, author: secret }));
      await toggle(true);
      await system.readOthers(`in maintenance`);
      await toggle(false);
    },
  },
  {
    place: 'a toggle that is refused',
    plant: async (system, place, secret) => {
      const headers = { ...JSON_TYPE, Authorization: `Bearer ${system.keys.admin}` };
      await system.request(place, 'POST', '/internal/maintenance', headers, JSON.stringify({ enabled: secret, [secret]: secret }));
      await system.request(place, 'POST', '/internal/trace-buffer', headers, JSON.stringify({ enabled: secret, [secret]: secret }));
      await system.request(place, 'DELETE', `/internal/trace-buffer?older_than_seconds=${encodeURIComponent(secret)}`, headers);
    },
  },
];

/** Where a client, by mistake, sends a key of this proxy itself. */
async function misplaceKeys(system: RunningSystem): Promise<void> {
  for (const [name, key] of Object.entries(system.keys)) {
    const place = `the ${name} key in a wrong place`;
    await system.request(place, 'GET', '/v1/models', { 'X-Request-Id': key, 'X-Api-Key': key, Cookie: `key=${key}` });
    await system.request(place, 'GET', `/v1/models/${key}?key=${key}`);
    await system.request(place, 'POST', CHAT, JSON_TYPE, chat({ model: key }));
    await system.request(place, 'GET', `/${key}`, { 'User-Agent': key });
    await system.send(place, `GET /livez HTTP/1.1\r\nHost: x\r\n${key}\r\n\r\n`);
    const maintenance = { enabled: true, reason: `with ${key}`, author: key };
    const headers = { ...JSON_TYPE, Authorization: `Bearer ${system.keys.admin}` };
    await system.request(place, 'POST', '/internal/maintenance', headers, JSON.stringify(maintenance));
    await system.readOthers('in maintenance for a key');
    await system.request(place, 'POST', '/internal/maintenance', headers, JSON.stringify({ enabled: false }));
  }
}

export async function plantInRequests(system: RunningSystem, book: CanaryBook): Promise<void> {
  for (const { place, formats = LINE_FORMATS, plant, alone } of REQUEST_PLANTINGS) {
    const plantOne = async (format: FormatName): Promise<unknown> => plant(system, place, book.secret('client', place, format));
    if (alone === true) for (const format of formats) await plantOne(format);
    else await Promise.all(formats.map(plantOne));
  }
  await misplaceKeys(system);
}
