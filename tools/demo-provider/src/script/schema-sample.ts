type Schema = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 12;

/**
 * A value that satisfies a simple JSON schema: objects, arrays, strings, numbers, booleans, `enum`, `const`, `anyOf`, `oneOf`, local
 * `$ref`. Always the same for the same schema. `text` is what free strings say.
 */
export function sampleSchema(schema: Schema, text: string): unknown {
  return sample(schema, schema, text, 0);
}

function sample(schema: Schema, root: Schema, text: string, depth: number): unknown {
  if (depth > MAX_DEPTH) return null;
  const below = (next: Schema): unknown => sample(next, root, text, depth + 1);
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return schema['enum'][0];
  if (typeof schema['$ref'] === 'string') return below(follow(schema['$ref'], root));
  for (const branch of [schema['anyOf'], schema['oneOf']]) {
    if (Array.isArray(branch)) return below(asSchema(branch.find((one) => asSchema(one)['type'] !== 'null') ?? branch[0]));
  }
  switch (typeOf(schema)) {
    case 'object':
      return Object.fromEntries(
        Object.entries(asSchema(schema['properties'])).map(([name, property]) => [name, below(asSchema(property))]),
      );
    case 'array':
      return Array.from({ length: Math.max(1, bound(schema['minItems'], 1)) }, () => below(asSchema(schema['items'])));
    case 'integer':
      return Math.ceil(number(schema));
    case 'number':
      return number(schema);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return string(schema, text);
  }
}

function typeOf(schema: Schema): unknown {
  const type = schema['type'];
  if (Array.isArray(type)) return type.find((one) => one !== 'null') ?? 'null';
  return type ?? ('properties' in schema ? 'object' : 'items' in schema ? 'array' : 'string');
}

function number(schema: Schema): number {
  const atLeast = Math.max(bound(schema['minimum'], 1), bound(schema['exclusiveMinimum'], 0) + 1);
  const below = bound(schema['exclusiveMaximum'], Infinity);
  const value = Math.min(atLeast, bound(schema['maximum'], Infinity), below === Infinity ? Infinity : below - 1);
  const step = bound(schema['multipleOf'], 0);
  return step > 0 ? Math.ceil(value / step) * step : value;
}

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  time: '00:00:00Z',
  email: 'demo@example.com',
  uuid: '00000000-0000-4000-8000-000000000000',
  uri: 'https://example.com/',
};

function string(schema: Schema, text: string): string {
  const format = schema['format'];
  const known = typeof format === 'string' ? FORMATS[format] : undefined;
  if (known !== undefined) return known;
  return text.padEnd(bound(schema['minLength'], 0), '.').slice(0, bound(schema['maxLength'], Infinity));
}

function follow(reference: string, root: Schema): Schema {
  if (!reference.startsWith('#')) return {};
  const path = reference
    .slice(1)
    .split('/')
    .filter((step) => step !== '');
  return path.reduce((at, step) => asSchema(at[step.replaceAll('~1', '/').replaceAll('~0', '~')]), root);
}

function bound(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
