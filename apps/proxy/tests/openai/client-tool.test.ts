import { describe, expect, test } from 'vitest';
import { clientTool } from '../../src/openai/client-tool.ts';

const described = (parameters?: Readonly<Record<string, unknown>>, description = 'Looks') =>
  clientTool({ type: 'function', function: { name: 'look', description, parameters } });

/** A schema with `part` as one of its properties. */
const holding = (part: unknown): Record<string, unknown> => ({ type: 'object', properties: { part }, required: ['part'] });

describe('a schema that the worker passes on whole is told once', () => {
  test.each<[string, Readonly<Record<string, unknown>> | undefined]>([
    ['none', undefined],
    ['nothing', {}],
    ['texts', holding({ type: 'string', description: 'A text' })],
    ['a choice', holding({ type: 'string', enum: ['a', 'b'] })],
    ['a choice without a type', holding({ enum: ['a', 'b'], description: 'One' })],
    ['one text', holding({ const: 'a' })],
    ['numbers', holding({ type: 'integer', enum: [1, 2] })],
    ['lists', holding({ type: 'array', items: { type: ['number', 'null'] }, minItems: 1 })],
    ['alternatives', holding({ anyOf: [{ type: 'string' }, { type: 'null' }], description: 'Either' })],
    ['definitions', { ...holding({ $ref: '#/$defs/a' }), $defs: { a: { type: 'object', additionalProperties: false } } }],
    ['maps', holding({ type: 'object', additionalProperties: { type: 'number' } })],
    [
      'what tells a model nothing',
      {
        $schema: 'x',
        title: 'T',
        ...holding({ type: 'integer', title: 't', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
      },
    ],
    ['a property called like a keyword', { type: 'object', properties: { format: { type: 'string' }, pattern: { type: 'string' } } }],
  ])('%s', (_, parameters) => {
    expect(described(parameters)).toEqual({
      name: 'look',
      description: 'Looks',
      inputSchema: parameters ?? { type: 'object', properties: {} },
    });
  });
});

describe('a schema that the worker would cut is told in the description, too', () => {
  test.each<[string, unknown]>([
    ['a range', { type: 'number', minimum: 1 }],
    ['a length', { type: 'string', maxLength: 5 }],
    ['a pattern', { type: 'string', pattern: '^a' }],
    ['a format', { type: 'string', format: 'date' }],
    ['a default', { type: 'string', default: 'x' }],
    ['examples', { type: 'string', examples: ['x'] }],
    ['a longest list', { type: 'array', items: { type: 'string' }, maxItems: 3 }],
    ['a list of anything', { type: 'array' }],
    ['a tuple', { type: 'array', items: [{ type: 'string' }] }],
    ['anything', true],
    ['a type that there is not', { type: 'banana' }],
    ['anything, with words', { description: 'Whatever' }],
    ['numbers without a type', { enum: [1, 2] }],
    ['one number without a type', { const: 2 }],
    ['an exclusion', { not: { type: 'string' } }],
    ['something deep', { anyOf: [{ type: 'object', additionalProperties: { type: 'string', minLength: 1 } }] }],
    ['much', { type: 'string', description: 'ü'.repeat(2_500) }],
  ])('%s', (_, part) => {
    const parameters = holding(part);
    expect(described(parameters)).toEqual({
      name: 'look',
      description: `Looks\n\nJSON Schema of the parameters: ${JSON.stringify(parameters)}`,
      inputSchema: parameters,
    });
    expect(described(parameters, '').description).toBe(`JSON Schema of the parameters: ${JSON.stringify(parameters)}`);
  });
});
