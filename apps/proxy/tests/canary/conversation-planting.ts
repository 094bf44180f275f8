import type { ProviderAnswer, ProviderFault } from '@codex-proxy/demo-provider';
import { MODEL, type ProviderUnderTest } from '../support/provider-under-test.ts';
import type { CanaryBook } from './canary.ts';
import type { RunningSystem } from './running-system.ts';
import { NAME_FORMATS } from './secret-format.ts';

const dataUrl = (type: string, content: string): string => `data:${type};base64,${Buffer.from(content).toString('base64')}`;

/** A function whose every part holds something. */
function toolOf(book: CanaryBook, name: string): object {
  const [property, other] = NAME_FORMATS.slice(0, 2).map((format) => book.secret('client', 'a property of a tool', format));
  return {
    type: 'function',
    function: {
      name,
      description: book.content('client', 'the description of a tool'),
      parameters: {
        type: 'object',
        title: book.word('client', 'the title of a schema'),
        properties: {
          [property ?? 'a']: { type: 'string', description: book.content('client', 'the description of a parameter') },
          [other ?? 'b']: {
            type: 'string',
            enum: [book.word('client', 'a value of a parameter'), book.secrets('client', 'a value of a parameter')],
          },
          note: {
            type: 'string',
            default: book.word('client', 'the default of a parameter'),
            examples: [book.content('client', 'an example')],
          },
        },
      },
    },
  };
}

/** A request in which everything that can hold content does. */
export function conversation(book: CanaryBook, options: { readonly tools: boolean }): object {
  const called = book.secret('client', 'the name of a tool', 'github');
  const callId = book.secret('client', 'the id of a call', 'npm');
  const call = {
    id: callId,
    type: 'function',
    function: {
      name: called,
      arguments: JSON.stringify({
        city: book.word('client', 'an argument'),
        [book.secret('client', 'the name of an argument', 'github')]: book.secrets('client', 'an argument'),
        nested: [{ deep: book.content('client', 'a nested argument') }],
      }),
    },
  };
  const named = { name: book.word('client', 'the name of a speaker') };
  return {
    model: MODEL,
    messages: [
      { role: 'system', content: book.content('client', 'the system message') },
      { role: 'developer', content: [{ type: 'text', text: book.content('client', 'the developer message') }] },
      { role: 'user', content: book.content('client', 'an earlier question'), ...named },
      { role: 'assistant', content: [{ type: 'refusal', refusal: book.content('client', 'a refusal') }] },
      { role: 'system', content: book.content('client', 'a later system message') },
      { role: 'user', content: book.word('client', 'a question of one word') },
      { role: 'assistant', content: book.content('client', 'an earlier answer'), tool_calls: [call] },
      { role: 'tool', tool_call_id: callId, content: book.content('client', 'the output of a tool') },
      {
        role: 'user',
        content: [
          { type: 'text', text: book.content('client', 'the question') },
          { type: 'image_url', image_url: { url: dataUrl('image/png', book.content('client', 'an image')), detail: 'high' } },
        ],
      },
    ],
    ...(options.tools
      ? { tools: [toolOf(book, called)] }
      : {
          response_format: {
            type: 'json_schema',
            json_schema: {
              name: 'answer',
              description: book.content('client', 'the description of a format'),
              schema: {
                type: 'object',
                properties: { text: { type: 'string', description: book.content('client', 'the description of an answer') } },
                required: ['text'],
                additionalProperties: false,
              },
            },
          },
        }),
    metadata: { [book.secret('client', 'a key of metadata', 'aws')]: book.content('client', 'metadata') },
    user: book.content('client', 'the user'),
    safety_identifier: book.content('client', 'the safety identifier'),
    prompt_cache_key: book.content('client', 'the cache key'),
    prediction: { type: 'content', content: book.content('client', 'a prediction') },
  };
}

const pieces = (text: string): string[] => text.match(/[\s\S]{1,9}/g) ?? [];

/** What the model says, thinks and calls. */
function answerOf(book: CanaryBook, tool?: string): ProviderAnswer {
  const callId = book.secret('answer', 'the id of a call of the model', 'npm');
  const functionArguments = JSON.stringify({
    note: book.word('answer', 'an argument of the model'),
    [book.secret('answer', 'the name of an argument of the model', 'aws')]: book.secrets('answer', 'an argument of the model'),
  });
  return {
    deltas: pieces(book.content('answer', 'the answer')),
    reasoning: pieces(book.content('answer', 'the reasoning')),
    ...(tool === undefined ? {} : { functionCalls: [{ name: tool, arguments: pieces(functionArguments), callId }] }),
  };
}

/** What a provider says that refuses: the key that it was sent, and what was asked. */
function refusal(book: CanaryBook, key: string, status: number, code: string): ProviderFault {
  const place = `a provider's ${String(status)} ${code}`;
  const message = `The key ${key} may not ask "${book.words('provider', place)}". ${book.secrets('provider', place)}`;
  return {
    kind: 'http',
    status,
    body: { error: { message, type: status === 400 ? 'invalid_request_error' : 'some_error', param: book.word('provider', place), code } },
    headers: {
      'set-cookie': book.secret('provider', `a cookie of ${place}`, 'assignment'),
      'www-authenticate': book.secret('provider', `a header of ${place}`, 'bearer'),
      'x-request-id': book.secret('provider', `the id of ${place}`, 'github'),
      'x-error': book.secret('provider', `another header of ${place}`, 'url'),
      'retry-after': '0',
    },
  };
}

function faults(book: CanaryBook, key: string): readonly ProviderFault[] {
  const failed = (code: string): ProviderFault => ({
    kind: 'failed',
    code,
    message: `${key}: ${book.words('provider', `a failure, ${code}`)} ${book.secrets('provider', `a failure, ${code}`)}`,
  });
  return [
    ...[400, 401, 403, 404, 413, 422, 429, 500, 502, 503].map((status) => refusal(book, key, status, 'some_code')),
    refusal(book, key, 400, 'context_length_exceeded'),
    refusal(book, key, 404, 'model_not_found'),
    refusal(book, key, 429, 'insufficient_quota'),
    refusal(book, key, 503, 'server_is_overloaded'),
    {
      kind: 'http',
      status: 401,
      body: `<html>${key} ${book.secrets('provider', 'a page of HTML')} ${book.words('provider', 'a page of HTML')}</html>`,
    },
    { kind: 'http', status: 400, body: `${key}\n${book.secrets('provider', 'a plain 400')}\n${book.words('provider', 'a plain 400')}` },
    ...['server_error', 'rate_limit_exceeded', 'context_length_exceeded', 'invalid_prompt', 'model_not_found', 'cyber_policy', 'odd'].map(
      failed,
    ),
    { kind: 'incomplete', reason: book.secret('provider', 'the reason of an incomplete answer', 'github') },
    { kind: 'cut', afterDeltas: 2 },
  ];
}

/** Has conversations in which everything is planted: what is asked, what is answered, and what goes wrong. */
export async function plantInConversations(
  system: RunningSystem,
  provider: ProviderUnderTest,
  book: CanaryBook,
  key: string,
): Promise<void> {
  for (const stream of [true, false]) {
    for (const tools of [true, false]) {
      const request = conversation(book, { tools });
      provider.answer(({ toolNames }) => answerOf(book, toolNames[0]));
      await system.chat('a conversation', { ...request, stream, stream_options: stream ? { include_usage: true } : undefined });
    }
  }
  for (const [index, fault] of faults(book, key).entries()) {
    provider.answer({ ...answerOf(book), fault });
    const messages = [{ role: 'user', content: book.content('client', 'a question that fails') }];
    await system.chat(`failure ${String(index)}: ${fault.kind}`, { model: MODEL, messages, stream: index % 2 === 0 });
  }
  provider.answer({ ...answerOf(book), fault: { kind: 'hang', afterDeltas: 3 } });
  await system.leave({
    model: MODEL,
    messages: [{ role: 'user', content: book.content('client', 'a question that nobody awaits') }],
    stream: true,
  });
  provider.answer({ deltas: ['ok'] });
}
