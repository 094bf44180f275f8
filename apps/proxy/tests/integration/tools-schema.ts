import fc from 'fast-check';

const described = fc.option(fc.record({ description: fc.constantFrom('One', 'Ünd "zwei"') }), { nil: {} });
const text = fc.constantFrom('a', 'b', 'c');

/** JSON Schemas of many kinds, a part of them with keywords that the worker does not know. */
export const { schema } = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    withDescription(
      fc.constantFrom({ type: 'string' }, { type: 'number' }, { type: ['boolean', 'null'] }, {}, { title: 'T', type: 'integer' }),
    ),
    withDescription(
      fc.constantFrom({ type: 'string', format: 'date' }, { type: 'number', minimum: 1 }, { type: 'array' }, { not: { type: 'string' } }),
    ),
    withDescription(
      fc.oneof(
        fc.record({ enum: fc.array(fc.oneof(text, fc.integer({ max: 9 })), { minLength: 1, maxLength: 2 }) }),
        fc.record({ type: fc.constant('string'), enum: fc.array(text, { minLength: 1 }) }),
        fc.record({ const: fc.oneof(text, fc.integer({ max: 9 })) }),
        fc.record({ type: fc.constant('integer'), const: fc.integer({ max: 9 }) }),
      ),
    ),
    withDescription(fc.record({ type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(3) })),
    withDescription(fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) })),
    withDescription(fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) })),
    withDescription(
      fc.record({
        type: fc.constant('object'),
        properties: fc.dictionary(text, tie('schema'), { maxKeys: 2 }),
        additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
      }),
    ),
  ),
}));

function withDescription(part: fc.Arbitrary<object>): fc.Arbitrary<object> {
  return fc.tuple(part, described).map(([one, more]) => ({ ...one, ...more }));
}

/** The form that the worker gives a schema that it understands whole. */
export function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  const { title: _title, const: only, ...rest } = Object(value);
  if (only !== undefined) rest.enum = [only];
  if (rest.type === undefined && rest.enum !== undefined) rest.type = 'string';
  for (const key of ['items', 'anyOf', 'allOf', 'additionalProperties']) if (key in rest) rest[key] = normal(rest[key]);
  if (rest.properties !== undefined) {
    rest.properties = Object.fromEntries(Object.entries(rest.properties).map(([name, part]) => [name, normal(part)]));
  }
  return rest;
}
