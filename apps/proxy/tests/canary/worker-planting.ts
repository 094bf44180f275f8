import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeScriptedWorker, type ScriptedWorkerOptions, type TurnScript } from '@codex-proxy/scripted-worker';
import { MODEL } from '../support/scripted-proxy.ts';
import type { CanaryBook } from './canary.ts';
import type { RunningSystem } from './running-system.ts';
import { LINE_FORMATS, NAME_FORMATS, type FormatName } from './secret-format.ts';

/** One start of the worker: what it says before the protocol, how it behaves, what it says at its end. */
interface Start {
  readonly stderr: readonly string[];
  readonly stdout: readonly string[];
  readonly lastWords: readonly string[];
  /** Undefined: it ends before its handshake. */
  readonly options: ScriptedWorkerOptions | undefined;
}

export interface TalkativeWorker {
  /** For `CODEX_BIN`. */
  readonly path: string;
  /** How many it writes to stderr. */
  readonly stderrLines: number;
}

const HALF = LINE_FORMATS.length >> 1;
type ServerRequest = NonNullable<TurnScript['serverRequests']>[number];

const MODEL_LIST = { code: -32_000, message: '' };

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

/** Writes a worker that fails twice in different ways before it serves, and says far too much all along. */
export async function writeTalkativeWorker(folder: string, book: CanaryBook): Promise<TalkativeWorker> {
  const starts = talk(book);
  for (const [index, { stderr, stdout, lastWords, options }] of starts.entries()) {
    const home = join(folder, String(index + 1));
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'stderr'), lines(stderr));
    writeFileSync(join(home, 'stdout'), lines(stdout));
    writeFileSync(join(home, 'last-words'), lines(lastWords));
    if (options !== undefined) await writeScriptedWorker(home, options);
  }
  const catalog = `no catalog: ${book.secrets('worker', 'the catalog that failed')}`;
  writeFileSync(join(folder, 'catalog'), catalog);
  const path = join(folder, 'worker');
  writeFileSync(path, script(folder), { mode: 0o755 });
  return { path, stderrLines: starts.reduce((sum, { stderr, lastWords }) => sum + stderr.length + lastWords.length, 0) };
}

function script(folder: string): string {
  return [
    '#!/bin/sh',
    `cd '${folder}' || exit 70`,
    'if [ "$1" != app-server ]; then cat catalog >&2; exit 64; fi',
    'printf . >> starts',
    'n=$(wc -c < starts)',
    'if [ -d "$n" ]; then cd "$n"; else cd 4; fi',
    'cat stderr >&2',
    'cat stdout',
    'code=3',
    'if [ -x scripted-worker ]; then ./scripted-worker "$@"; code=$?; fi',
    // No more than ten lines a second are reported.
    '[ -s last-words ] && sleep 1.1',
    'cat last-words >&2',
    'exit $code',
    '',
  ].join('\n');
}

function talk(book: CanaryBook): readonly Start[] {
  const said = (place: string, formats: readonly FormatName[]): string[] =>
    formats.map((format) => `ERROR it failed with ${book.secret('worker', place, format)} in the end`);
  const refuse = { initialize: { code: -32_600, message: book.secrets('worker', 'the refusal of a handshake') } };
  return [
    { stderr: said('stderr at start', LINE_FORMATS.slice(0, HALF)), stdout: [], lastWords: [], options: { refuse } },
    { stderr: stackTrace(book), stdout: [], lastWords: [], options: undefined },
    {
      stderr: book.secret('worker', 'a key over many lines of stderr', 'pem').split('\n'),
      stdout: garbage(book),
      lastWords: said('stderr at the end', LINE_FORMATS.slice(HALF)),
      options: {
        models: [MODEL],
        refuse: {
          'model/list': { ...MODEL_LIST, message: book.secrets('worker', 'the refusal of a list') },
          'thread/inject_items': { code: -32_600, message: book.secrets('worker', 'the refusal of a request') },
        },
      },
    },
    { stderr: [], stdout: [], lastWords: [], options: { models: [MODEL], refuse: { 'model/list': MODEL_LIST } } },
  ];
}

function stackTrace(book: CanaryBook): string[] {
  const secret = (format: FormatName): string => book.secret('worker', 'a stack trace on stderr', format);
  return [
    `thread 'main' panicked at src/client.rs:17: called unwrap on Err(Auth { header: "${secret('bearer')}" })`,
    `   0: client::send(${secret('json')})`,
    `             at ${secret('url')}`,
    `   1: <core::future as Poll>::poll(token: ${secret('github')})`,
    `Error: connect failed for ${secret('email')} with ${secret('assignment')}; payload ${secret('wrapped')}`,
  ];
}

/** Everything that is not the protocol, and what of it is that nobody asked for. */
function garbage(book: CanaryBook): string[] {
  const secrets = (place: string): string => book.secrets('worker', `garbage: ${place}`);
  const name = (place: string): string => book.secret('worker', `garbage: ${place}`, 'github');
  return [
    `Welcome! ${secrets('no JSON').replaceAll('\n', ' ')}`,
    JSON.stringify([secrets('a list')]),
    JSON.stringify(secrets('a string')),
    JSON.stringify({ [name('an unknown key')]: secrets('an unknown shape') }),
    JSON.stringify({ id: name('an unknown id'), result: secrets('an unknown answer') }),
    JSON.stringify({ id: 99_999, error: { code: 1, message: secrets('an unknown error') } }),
    JSON.stringify({ method: name('a notification'), params: { text: secrets('a notification') } }),
    JSON.stringify({ method: `item/${name('a request')}`, id: name('the id of a request'), params: { text: secrets('a request') } }),
    `{"method":"item/agentMessage/delta","params":{"threadId":"${name('a thread')}","delta":${JSON.stringify(secrets('a delta'))}}`,
  ];
}

/** Turns of the scripted worker that go wrong in ways in which the real one does not on request. */
function scripts(book: CanaryBook, providerKey: string): readonly (readonly [place: string, script: TurnScript])[] {
  const failed = (place: string, codexErrorInfo: unknown): readonly [string, TurnScript] => [
    place,
    {
      deltas: [],
      fail: {
        message: `${providerKey} ${book.secrets('worker', place)} ${book.words('worker', place)} at https://robot:${book.secret('worker', place, 'github')}@host/v1`,
        codexErrorInfo,
      },
    },
  ];
  const callId = book.secret('answer', 'the id of a call of the worker', 'npm');
  const call = {
    tool: book.secret('answer', 'the name of a tool of the worker', 'github'),
    callId,
    arguments: JSON.stringify({
      [book.secret('answer', 'the name of an argument of the worker', 'aws')]: book.content('answer', 'an argument of the worker'),
      city: book.word('answer', 'an argument of the worker'),
    }),
  };
  const request = (method: string, place: string, params: Readonly<Record<string, unknown>> = {}): ServerRequest => ({
    method,
    params: {
      command: ['sh', '-c', book.secrets('worker', place)],
      reason: book.words('worker', place),
      [book.secret('worker', place, 'github')]: { cwd: book.secret('worker', place, 'url') },
      ...params,
    },
  });
  const question = {
    id: book.secret('worker', 'a question of the model', 'npm'),
    header: book.word('worker', 'the header of a question'),
    question: book.content('worker', 'a question of the model'),
    options: [{ label: book.word('worker', 'the label of an option'), description: book.content('worker', 'an option') }],
  };
  return [
    ['an answer', { deltas: book.content('answer', 'the answer of the worker').split('\n') }],
    [
      'requests of the worker',
      {
        serverRequests: [
          request('execCommandApproval', 'an approval'),
          request('applyPatchApproval', 'a patch'),
          request('item/tool/requestUserInput', 'a question of the worker', { questions: [question] }),
          request('mcpServer/elicitation/request', 'an elicitation', { message: book.word('worker', 'the message of an elicitation') }),
          request(`item/${book.secret('worker', 'an unknown method', 'github')}`, 'an unknown request'),
        ],
      },
    ],
    ['calls', { deltas: [], toolCalls: [call] }],
    failed('a failure', 'other'),
    failed('a failure with a status', { httpConnectionFailed: { httpStatusCode: 401 } }),
    failed('a failure of an odd kind', { [book.secret('worker', 'the kind of a failure', 'github')]: null }),
    failed('a refusal', 'badRequest'),
    ['garbage within a turn', { garbage: true, wrongIds: true, duplicates: true, late: true, retry: true }],
  ];
}

async function play(system: RunningSystem, place: string, turn: TurnScript, fields: object = {}): Promise<string> {
  return system.chat(place, { model: MODEL, messages: [{ role: 'user', content: `!script ${JSON.stringify(turn)}` }], ...fields });
}

/** Plays what the worker can do wrong, while its list of models is unknown, and has it crash in the middle of an answer. */
export async function plantInWorker(system: RunningSystem, book: CanaryBook, providerKey: string): Promise<void> {
  const { log } = system.process;
  for (const [place, turn] of scripts(book, providerKey)) {
    const tools = (turn.toolCalls ?? []).map(({ tool }) => ({ type: 'function', function: { name: tool } }));
    for (const stream of [true, false]) await play(system, place, turn, { stream, ...(tools.length === 0 ? {} : { tools }) });
  }
  for (const format of NAME_FORMATS) {
    const model = book.secret('client', 'a model while none is known', format);
    for (const stream of [true, false]) await play(system, 'a model while none is known', {}, { model, stream });
  }
  await system.chat('a refused history', {
    model: MODEL,
    messages: [
      { role: 'user', content: book.content('client', 'a refused history') },
      { role: 'assistant', content: book.content('client', 'a refused history') },
      { role: 'user', content: 'go on' },
    ],
  });
  const serves = log.next({ event: 'worker_started' });
  await play(
    system,
    'a crash',
    { deltas: [book.word('answer', 'an answer that is cut'), 'more'], exitAfterDeltas: 1, exitCode: 77 },
    { stream: true },
  );
  await serves;
}
