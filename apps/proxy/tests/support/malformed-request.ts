import { MODEL } from './scripted-proxy.ts';
import { requestText } from './raw-http.ts';

export type Random = (below: number) => number;

/** The same numbers for the same seed. Mulberry32, public domain. */
export function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const PATHS = [
  '/v1/chat/completions',
  '/v1/models',
  '/api/runs?limit=-1',
  '/api/runs/x/events?afterId=%00',
  '/metrics',
  '/internal/maintenance',
  '/%',
  '//',
  '*',
];
const METHODS = ['POST', 'GET', 'DELETE', 'BREW', 'post'];
const PIECES = [
  '\0',
  '\r\n',
  '{',
  '"',
  '\u00ff',
  ': ',
  'Transfer-Encoding: chunked\r\n',
  'Content-Length: -1\r\n',
  ' HTTP/9.9',
  '\\ud800',
  '[[[[',
  '1e999',
  'ffffffffff\r\n',
];
const BODIES = [
  { model: MODEL },
  { model: MODEL, messages: [{ role: 'wizard', content: 'x' }] },
  { model: MODEL, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'ftp://x' } }] }] },
  { model: MODEL, messages: [{ role: 'user', content: 'x' }], n: -1 },
  { model: MODEL, messages: [{ role: 'tool', tool_call_id: 'none', content: 'x' }] },
  { model: MODEL, messages: [{ role: 'user', content: 'x' }], tools: [{ type: 'function', function: { name: '' } }] },
  { model: { $gt: '' }, messages: [], stream: 'yes' },
];

/** A request of which at least one thing is wrong: its JSON, its meaning, or, after some bytes were changed, anything. */
export function malformedRequest(random: Random, headers: Readonly<Record<string, string>>): Buffer {
  const pick = <T>(all: readonly T[]): T => all[random(all.length)] as T;
  const body = JSON.stringify(pick(BODIES));
  const text = requestText(
    pick(METHODS),
    pick(PATHS),
    random(8) === 0 ? {} : headers,
    random(4) === 0 ? body.slice(0, random(body.length)) : body,
  );
  const bytes = Buffer.from(text, 'latin1');
  if (random(3) === 0) return bytes;
  const at = random(bytes.length);
  const kinds = [
    () => bytes.subarray(0, at),
    () => Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(PIECES), 'latin1'), bytes.subarray(at)]),
    () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + random(40)))]),
    () => Buffer.concat([bytes.subarray(0, at), Buffer.from([random(256)]), bytes.subarray(at + 1)]),
    () => Buffer.from(Array.from({ length: random(400) }, () => random(256))),
  ];
  return pick(kinds)();
}
