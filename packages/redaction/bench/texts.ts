import { createExamples } from '../tests/examples.ts';

const random = createExamples(1);

const WORDS = [
  'the worker answered a request with status 200 after 5 seconds and the client went away because its budget was spent,',
  'so nothing was kept;',
  'see the notes (page 12) for what a reader should know about streams, queues and limits: they end',
].flatMap((line) => line.split(' '));

/** English prose of about `length` characters that holds nothing to take out. */
export function prose(length: number): string {
  let text = '';
  while (text.length < length) text += `${WORDS[random.index(WORDS.length)] ?? ''} `;
  return flat(text.slice(0, length));
}

/** A log record of about 800 bytes, as the proxy writes one a request. Identifiers and times differ from record to record. */
export function logRecord(): Record<string, unknown> {
  const id = `req_${random.pick('A-Za-z0-9_-', 21)}`;
  const uuid = [8, 4, 4, 4, 12].map((length) => random.pick('0-9a-f', length)).join('-');
  return {
    timestamp: new Date(1.79e12 + random.index(1e9)).toISOString(),
    level: 'info',
    component: 'http',
    event: 'request_completed',
    request_id: id,
    run_id: id,
    client_request_id: uuid,
    route: '/v1/chat/completions',
    method: 'POST',
    model: 'gpt-5-codex',
    stream: true,
    status: 200,
    outcome: 'completed',
    finish_reason: 'stop',
    latency_ms: random.index(1e6) / 100,
    queue_ms: random.index(100) / 10,
    ttft_ms: random.index(1e5) / 10,
    delta_count: random.index(1000),
    bytes: random.index(1e6),
    tokens_prompt: random.index(1e5),
    tokens_response: random.index(1e4),
    tokens_cached: random.index(1e4),
    tokens_reasoning: random.index(1e3),
    worker_state: 'ready',
    worker_pid: random.index(1e5),
    restart_count: 0,
    maintenance_mode: false,
    thread_id: uuid,
    rpc_method: 'turn/completed',
    message: `request completed after the worker answered with a whole turn of ${random.index(1000)} deltas`,
    provider: 'demo',
    address: 'http://127.0.0.1:11435',
  };
}

/** A text with a token in every 700 characters. */
export function proseWithTokens(length: number): string {
  let text = '';
  while (text.length < length) text += `${prose(650)} glpat-${random.pick('A-Za-z0-9', 24)} `;
  return flat(text.slice(0, length));
}

/** Texts that make a careless redactor slow, 10 MB each: what rules look for, over and over, and never a match. */
export function hostileTexts(length: number): readonly (readonly [name: string, text: string])[] {
  const parts = [
    'a',
    '0',
    ' ',
    '=',
    ':',
    '@',
    'a@',
    'a=',
    'a=b ',
    'key=',
    'password=',
    '"password":"',
    'eyJ',
    'sk-',
    'ghp_',
    'xoxb-1-',
    '://',
    '://a:',
    '4111 ',
    '+1',
    'Bearer ',
  ];
  const blocks = [
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    'token ',
    'name=value=',
    '<a>',
    '--a ',
    'QUJDREVG',
    '[redacted:',
    '\\',
    'é',
  ];
  const repeated = [...parts, ...blocks].map((part) => [part, flat(part.repeat(Math.ceil(length / part.length)))] as const);
  return [...repeated, ['one base64 run', flat(random.pick('A-Za-z0-9+/', length))]];
}

/** One run of memory rather than a tree of parts: what a text read from a socket or a file is. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}
