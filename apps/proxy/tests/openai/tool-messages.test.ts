import type { ChatMessage } from '@codex-proxy/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HttpError } from '../../src/http/errors.ts';
import { refuseUnpairedCalls } from '../../src/openai/tool-messages.ts';

const user: ChatMessage = { role: 'user', content: 'hi' };
const plain: ChatMessage = { role: 'assistant', content: 'hello' };
const calls = (...ids: string[]): ChatMessage => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } })),
});
const output = (id: string): ChatMessage => ({ role: 'tool', tool_call_id: id, content: 'x' });

describe('a conversation is refused', () => {
  test.each<[string, ChatMessage[], string]>([
    ['that begins with an output', [output('a')], 'messages[0].role'],
    ['with an output after a user', [user, output('a')], 'messages[1].role'],
    ['with an output after an answer without calls', [user, plain, output('a')], 'messages[2].role'],
    ['with an output after the one that a user interrupted', [calls('a'), output('a'), user, output('a')], 'messages[3].role'],
    ['with an output of another call', [user, calls('a'), output('b')], 'messages[2].tool_call_id'],
    [
      'with an output of a call before the last',
      [calls('a'), output('a'), calls('b'), output('a'), output('b')],
      'messages[3].tool_call_id',
    ],
    ['with two outputs of one call', [calls('a'), output('a'), output('a')], 'messages[2].tool_call_id'],
    ['with two calls of one id', [calls('a', 'a'), output('a')], 'messages[0].tool_calls[1].id'],
    ['that ends with a call', [user, calls('a')], 'messages[1].role'],
    ['that ends between two outputs', [user, calls('a', 'b'), output('b')], 'messages[2].role'],
    ['that goes on without an output', [user, calls('a', 'b'), output('a'), user], 'messages[2].role'],
    ['that calls anew without an output', [calls('a'), calls('b'), output('b')], 'messages[0].role'],
  ])('%s', (_, messages, param) => {
    expect(() => {
      refuseUnpairedCalls(messages);
    }).toThrow(expect.objectContaining({ constructor: HttpError, code: 'invalid_request', param }));
  });

  test('with the calls named that have no output', () => {
    expect(() => {
      refuseUnpairedCalls([calls('a', 'b', 'c'), output('b'), user]);
    }).toThrow(/did not have response messages: a, c\.$/);
  });
});

test('each call with one output, in any order, is accepted, and ids may come again', () => {
  const round = fc
    .uniqueArray(fc.constantFrom('call_0', 'call_1', 'call_2', '', 'ü'), { minLength: 1 })
    .chain((ids) => fc.tuple(fc.constant(ids), fc.shuffledSubarray(ids, { minLength: ids.length })))
    .map(([ids, answered]) => [calls(...ids), ...answered.map(output)]);
  const other = fc.constantFrom<ChatMessage[]>([user], [plain], [{ role: 'system', content: 's' }], [calls()]);
  fc.assert(
    fc.property(fc.array(fc.oneof(round, other)), (rounds) => {
      expect(() => {
        refuseUnpairedCalls(rounds.flat());
      }).not.toThrow();
    }),
  );
});
