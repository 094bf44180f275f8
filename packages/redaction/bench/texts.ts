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

/** A log record of about 800 bytes, as the proxy writes one a request. No two are alike: whatever a redactor remembers of one is of little use. */
export function logRecord(): Record<string, unknown> {
  const id = `req_${random.pick('A-Za-z0-9_-', 21)}`;
  const uuid = [8, 4, 4, 4, 12].map((length) => random.pick('0-9a-f', length)).join('-');
  return {
    timestamp: new Date(1.79e12 + random.index(1e9)).toISOString(),
    level: oneOf(['debug', 'info', 'warn', 'error']),
    component: oneOf(['http', 'worker', 'store', 'archive', 'alerts']),
    event: oneOf(['request_completed', 'request_failed', 'turn_started', 'worker_exited', 'archive_written']),
    request_id: id,
    run_id: id,
    client_request_id: uuid,
    route: oneOf(['/v1/chat/completions', '/v1/responses', '/v1/models', '/metrics', '/healthz']),
    method: oneOf(['POST', 'GET', 'DELETE']),
    model: `${oneOf(['gpt-5-codex', 'gpt-5', 'claude-sonnet-4', 'local'])}-${random.index(30)}`,
    stream: random.index(2) === 0,
    status: oneOf([200, 201, 400, 404, 429, 500]),
    outcome: oneOf(['completed', 'aborted', 'failed', 'timed out']),
    finish_reason: oneOf(['stop', 'length', 'tool_calls']),
    latency_ms: random.index(1e6) / 100,
    queue_ms: random.index(100) / 10,
    ttft_ms: random.index(1e5) / 10,
    delta_count: random.index(1000),
    bytes: random.index(1e6),
    tokens_prompt: random.index(1e5),
    tokens_response: random.index(1e4),
    tokens_cached: random.index(1e4),
    tokens_reasoning: random.index(1e3),
    worker_state: oneOf(['ready', 'starting', 'draining']),
    worker_pid: random.index(1e5),
    restart_count: random.index(5),
    maintenance_mode: false,
    thread_id: uuid,
    rpc_method: oneOf(['turn/completed', 'turn/start', 'item/started', 'thread/resume']),
    message: prose(72 + random.index(24)),
    provider: oneOf(['demo', 'azure', 'openai']),
    address: `http://10.${random.index(250)}.${random.index(250)}.1:${1024 + random.index(60_000)}`,
  };
}

function oneOf<T>(values: readonly T[]): T | undefined {
  return values[random.index(values.length)];
}

/** A text with a token in every 700 characters. */
export function proseWithTokens(length: number): string {
  let text = '';
  while (text.length < length) text += `${prose(650)} glpat-${random.pick('A-Za-z0-9', 24)} `;
  return flat(text.slice(0, length));
}

/** Texts that make a careless redactor slow: what rules look for, over and over, and never a match. */
export function repeatedTexts(length: number): readonly (readonly [name: string, text: string])[] {
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
  return [...parts, ...blocks].map((part) => [part, flat(part.repeat(Math.ceil(length / part.length)))] as const);
}

/** A run of base64 that never ends. */
export function base64Run(length: number): string {
  return flat(random.pick('A-Za-z0-9+/', length));
}

/**
 * Texts that never repeat themselves: a few literals of the rules and a few signs, thrown together at random. Made on demand, for each is as
 * long as all the memory that a process should need.
 */
export function mixedTexts(length: number, literals: readonly string[]): readonly (readonly [name: string, make: () => string])[] {
  const seed = createExamples(77);
  const draw = (list: readonly string[], count: number): readonly string[] =>
    Array.from({ length: count }, () => list[seed.index(list.length)] ?? '');
  const few = Array.from({ length: 28 }, () => [...draw(literals, 3), ...draw(SIGNS, 3)]);
  const many = Array.from({ length: 4 }, () => draw(literals, 60));
  return [...few, ...many].map((parts) => [nameOf(parts), () => mixed(parts, length)] as const);
}

/** Texts as dense, but without the literals that give such a text away: signs that stand in any text, and one literal among them. */
export function signTexts(length: number): readonly (readonly [name: string, make: () => string])[] {
  const printable = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));
  const named = [SIGNS, printable, ['Private-Lines: ', 'x@', '4', 'Q~', 'f'], ['Bearer ', ':=', '|', '1 ', '--user ']];
  return named.map((parts) => [nameOf(parts), () => mixed(parts, length)] as const);
}

/** Texts that stand in for what somebody sends who wants a redactor to be slow, and which are no other than data that people have. */
export function denseTexts(length: number): readonly (readonly [family: string, name: string, make: () => string])[] {
  const digits = (count: number): string => random.pick('0-9', count);
  const word = (): string => random.pick('a-z', 2 + random.index(8));
  const each = (part: () => string) => () => {
    const parts: string[] = [];
    for (let at = 0; at < length; at += parts.at(-1)?.length ?? 0) parts.push(part());
    return flat(parts.join(''));
  };
  const beginnings = (characters: number) => () => {
    let text = '';
    while (text.length < characters) text += ['ghp_ ', 'xoxb- ', 'sk_live_ ', 'glpat- ', 'vault kv put ', '" '][random.index(6)] ?? '';
    return text;
  };
  const from = (letters: string) => each(() => random.pick(letters, 4096));
  const beyond = (first: number, count: number) =>
    each(() => String.fromCharCode(...Array.from({ length: 4096 }, () => first + random.index(count))));
  return [
    ['noise', 'printable signs', from(' -~')],
    ['noise', 'ASCII 85', from('!-u')],
    ['noise', 'bytes as Latin-1', beyond(0, 256)],
    ['noise', 'Chinese characters', beyond(0x4e00, 0x5000)],
    ['noise', 'halves of characters', beyond(0xd800, 0x800)],
    ['letters', 'small letters', from('a-z')],
    ['letters', 'capitals and digits', from('A-Z0-9')],
    ['letters', 'hexadecimal digits', from('0-9a-f')],
    ['letters', 'lines of one letter', each(() => `${'A'.repeat(20 + random.index(300))}\n`)],
    ['base64', 'lines of 76', each(() => `${random.pick('A-Za-z0-9+/', 76)}\n`)],
    ['base64', 'for URLs', from('A-Za-z0-9_-')],
    ['base64', 'of prose', () => Buffer.from(prose(Math.ceil(length * 0.75))).toString('base64')],
    ['base64', 'of the beginnings of tokens', () => Buffer.from(beginnings(Math.ceil(length * 0.75))()).toString('base64')],
    ['base64', 'of base64', () => Buffer.from(base64Run(Math.ceil(length * 0.75))).toString('base64')],
    ['numbers', 'digits', from('0-9')],
    ['numbers', 'in groups of four, as cards', each(() => `${digits(4)} ${digits(4)} ${digits(4)} ${digits(4)}\n`)],
    ['numbers', 'like account numbers', each(() => `DE${digits(20)}\n`)],
    ['numbers', 'like telephone numbers, one digit short', each(() => `${random.pick('2-9', 3)}-${digits(3)}-${digits(3)}\n`)],
    ['numbers', 'behind a word for telephones, too long', each(() => `tel ${digits(16 + random.index(40))} `)],
    ['structures', 'JSON of strings, without a break', each(() => `"${word()}":"${word()}",`)],
    ['structures', 'JSON of numbers, nested', each(() => `{"${word()}":${digits(4)},"x":`)],
    ['structures', 'JSON in JSON', each(() => `\\"${word()}\\":\\"${word()}\\",`)],
    ['structures', 'keys and values', each(() => `${word()}=${word()} `)],
    ['structures', 'cookies', each(() => `${word()}=${random.pick('A-Za-z0-9', 12)}; `)],
    ['structures', 'elements', each(() => `<${word()}>${word()}</${word()}>`)],
    ['structures', 'URLs', each(() => `https://${word()}:${digits(4)}/${word()}?${word()}=${word()}\n`)],
    ['tokens', 'the beginnings of one kind', each(() => `glpat-${random.pick('A-Za-z0-9', 12)} `)],
    ['tokens', 'web tokens without a second part', each(() => `eyJ${random.pick('A-Za-z0-9_-', 8 + random.index(60))} `)],
    ['tokens', 'private keys without a body', each(() => `-----BEGIN ${random.pick('A-Z ', random.index(30))}----- `)],
    ['commands', 'options with numbers', each(() => ` -p ${digits(1 + random.index(6))} -a ${digits(2)}`)],
    [
      'commands',
      'options, keys and letters at random',
      each(() => [' -p ', 'token=', ' -a ', '--', 'tel ', word()][random.index(6)] ?? ''),
    ],
    [
      'commands',
      'in turns',
      each(() => `${['docker run', 'mysql -u', 'git push', 'curl -s', 'kubectl get'][random.index(5)] ?? ''} ${word()}\n`),
    ],
    ['finds', 'passwords', each(() => `DB_PASSWORD=${random.pick('A-Za-z0-9', 16)}\n`)],
    ['finds', 'tokens', each(() => `${['glpat', random.pick('A-Za-z0-9', 24)].join('-')}\n`)],
    [
      'finds',
      'tokens glued to telephone numbers, among the beginnings of others',
      each(() => `${beginnings(1000)()} +49 30 ${digits(8)}${['glpat', random.pick('A-Za-z0-9', 24)].join('-')} `),
    ],
    ['finds', 'e-mail addresses', each(() => `${word()}@${word()}.com\n`)],
    ['finds', 'telephone numbers', each(() => `+49 30 ${digits(8)}\n`)],
    ['finds', 'keys with values too short for secrets', each(() => `password: ${random.pick('a-z', 3)}\n`)],
  ];
}

const SIGNS: readonly string[] = 'x@ 4 Q~ f := | = " \' : a - . 4111 +1 ( <a> :: :// @ é --user a= key / \\ , DE00'
  .split(' ')
  .concat(' ', '1 ', '\n');

function nameOf(parts: readonly string[]): string {
  const shown = parts.slice(0, 6).map((part) => JSON.stringify(part));
  return `${shown.join(' ')}${parts.length > 6 ? ` and ${parts.length - 6} more` : ''}`;
}

function mixed(parts: readonly string[], length: number): string {
  let text = '';
  while (text.length < length) text += parts[random.index(parts.length)] ?? '';
  return flat(text);
}

/** One run of memory rather than a tree of parts: what a text read from a socket or a file is. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}
