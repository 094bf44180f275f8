import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBlock, parseToolBlock, type FormOfParameter, type ToolCall } from '../src/index.ts';
import { literal, scanned } from './recording.ts';
import { anyText } from './texts.ts';

const call = (name: string, parameters: Record<string, unknown>): ToolCall => ({ name, arguments: JSON.stringify(parameters), parameters });

const toolName = fc.stringMatching(/^[A-Za-z0-9_.:/-]{1,64}$/);
const parameterName = fc.oneof(
  fc.constantFrom('city', 'name', 'tool_name', 'args', 'param', 'use_tool', '__proto__', 'a.b-c', '7', '', 'x y', '<x>', 'Ås'),
  fc.string({ unit: 'binary' }),
);
const form = fc.constantFrom('text' as const, 'json' as const, 'texts' as const, 'values' as const, undefined);
const text = fc.oneof(anyText, fc.constantFrom(' ', '\n', ' a ', '\t\n', '{"a":1}', '[1]', ' 5', 'null', '"q"', ']]>', '&lt;', 'a\r\nb'));
const json = fc.jsonValue({ noUnicodeString: false }).filter((value) => !Object.is(value, -0));

const stringCall = fc
  .tuple(toolName, fc.dictionary(parameterName, text, { maxKeys: 5 }))
  .map(([name, parameters]) => call(name, parameters));
const jsonCall = fc
  .tuple(toolName, fc.dictionary(parameterName, fc.oneof(text, json), { maxKeys: 5 }))
  .map(([name, parameters]) => call(name, JSON.parse(JSON.stringify(parameters))));

describe('the canonical block', () => {
  it('has the name and an element a parameter', () => {
    expect(canonicalBlock(call('save_note', { path: 'a.md', content: '<b> & "c"\n' }))).toBe(
      [
        '<use_tool>',
        '  <name>save_note</name>',
        '  <path>a.md</path>',
        '  <content>&lt;b&gt; &amp; "c"&#10;</content>',
        '</use_tool>',
      ].join('\n'),
    );
    expect(canonicalBlock(call('now', {}))).toBe('<use_tool>\n  <name>now</name>\n</use_tool>');
  });

  it('has the JSON text of the arguments where elements cannot say it', () => {
    const expected = (args: string): string => `<use_tool>\n  <name>a</name>\n  <args>${args}</args>\n</use_tool>`;
    expect(canonicalBlock({ name: 'a', arguments: '{"b": 12345678901234567890}', parameters: { b: 1 } })).toBe(
      expected('{"b": 12345678901234567890}'),
    );
    expect(canonicalBlock(call('a', { 'b c': '<' }))).toBe(expected('{"b c":"&lt;"}'));
    expect(canonicalBlock(call('a', { args: 'x' }))).toBe(expected('{"args":"x"}'));
    expect(canonicalBlock(call('a', { b: '5' }), () => 'json')).toBe(expected('{"b":"5"}'));
  });

  it('has elements of JSON where the client declares it', () => {
    expect(
      canonicalBlock(call('find', { terms: ['a'], limit: 5, q: 'x' }), (_, name) =>
        name === 'q' ? 'text' : name === 'terms' ? 'texts' : 'json',
      ),
    ).toBe('<use_tool>\n  <name>find</name>\n  <terms>["a"]</terms>\n  <limit>5</limit>\n  <q>x</q>\n</use_tool>');
  });

  it('is written even for what is nested too deep for JSON.stringify', () => {
    const deep = `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    const block = canonicalBlock({ name: 'a', arguments: deep, parameters: JSON.parse(deep) }, () => 'json');
    expect(parseToolBlock(block)).toMatchObject({ arguments: deep });
  });
});

describe('for any call', () => {
  it('of strings, the canonical block reads back as it', () => {
    fc.assert(
      fc.property(stringCall, (call) => {
        expect(parseToolBlock(canonicalBlock(call))).toEqual(call);
      }),
      { numRuns: 1000 },
    );
  });

  it('of any values, declared or not, the canonical block reads back as it', () => {
    fc.assert(
      fc.property(jsonCall, fc.func(form), (call, declared) => {
        const formOf: FormOfParameter = (tool, parameter) => declared(tool, parameter);
        expect(parseToolBlock(canonicalBlock(call, formOf), formOf)).toEqual(call);
      }),
      { numRuns: 1000 },
    );
  });

  it('the canonical block is one block', () => {
    fc.assert(
      fc.property(jsonCall, (call) => {
        const block = canonicalBlock(call);
        const found = scanned([`a${block}b`]);
        expect(found).toEqual([['text', 'a'], ['started'], ['block', block], ['text', 'b']]);
        expect(literal(found)).toBe(`a${block}b`);
      }),
      { numRuns: 300 },
    );
  });

  it('writing what was read changes nothing more', () => {
    fc.assert(
      fc.property(anyText, (body) => {
        const read = parseToolBlock(`<use_tool><name>a</name><b>${body}</b></use_tool>`);
        if (!('malformed' in read)) expect(parseToolBlock(canonicalBlock(read))).toEqual(read);
      }),
      { numRuns: 500 },
    );
  });
});
