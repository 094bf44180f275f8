import { exchange, requestText } from '../support/raw-http.ts';
import type { Sink } from './sink.ts';

const CHAT = '/v1/chat/completions';
const JSON_TYPE = { 'Content-Type': 'application/json' };

interface Question {
  readonly what: string;
  readonly bytes: (authorization: Readonly<Record<string, string>>) => string;
}

const post =
  (body: string, headers: Readonly<Record<string, string>> = JSON_TYPE): Question['bytes'] =>
  (authorization) =>
    requestText('POST', CHAT, { ...authorization, ...headers }, body);

/** What clients do wrong who planted nothing. */
const QUESTIONS: readonly Question[] = [
  { what: 'a wrong key', bytes: () => requestText('GET', '/v1/models', { Authorization: 'Bearer no' }) },
  { what: 'no key', bytes: () => requestText('POST', CHAT, JSON_TYPE, '{}') },
  { what: 'no JSON', bytes: post('{"model":') },
  { what: 'no model', bytes: post('{}') },
  { what: 'a model that is not served', bytes: post('{"model":"nothing","messages":[{"role":"user","content":"hi"}]}') },
  { what: 'a bad parameter', bytes: post('{"model":"demo-codex","messages":[],"n":2}') },
  { what: 'no such media type', bytes: post('hi', { 'Content-Type': 'text/plain' }) },
  { what: 'no such route', bytes: () => requestText('GET', '/nothing') },
  { what: 'no such method', bytes: (authorization) => requestText('DELETE', CHAT, authorization) },
  { what: 'no such run', bytes: (authorization) => requestText('GET', '/api/runs/req_000000000000000000000000', authorization) },
  { what: 'no admin token', bytes: (authorization) => requestText('GET', '/internal/trace-buffer', authorization) },
  { what: 'metrics from elsewhere', bytes: () => requestText('GET', '/metrics', { 'X-Forwarded-For': '203.0.113.7' }) },
  { what: 'large headers', bytes: () => requestText('GET', '/livez', { 'X-Large': 'x'.repeat(20_000) }) },
  { what: 'no HTTP', bytes: () => 'hello there\r\n\r\n' },
];

/** What a client gets that planted nothing: status, headers and body of every kind of refusal. */
export async function askedByOthers(url: string, key: string, when: string): Promise<Sink[]> {
  return Promise.all(
    QUESTIONS.map(async ({ what, bytes }) => ({
      name: `answer to another client, ${when}: ${what}`,
      bytes: Buffer.from(JSON.stringify(await exchange(url, bytes({ Authorization: `Bearer ${key}` })))),
    })),
  );
}
