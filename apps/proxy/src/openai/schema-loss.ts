/** The worker passes schemas up to about this size on; of larger ones it drops every description and what is deep. Measured with 0.169.0. */
const MAX_BYTES = 4_500;

/** Keywords that the worker passes on; `const` as an `enum` of one. */
const KEPT = new Set(
  'type description properties required items minItems additionalProperties anyOf oneOf allOf enum const $ref $defs'.split(' '),
);

/** Keywords that tell a model nothing. */
const SILENT = new Set(['$schema', '$id', '$comment', 'title']);

/** Others are passed on as anything. */
const TYPES: readonly unknown[] = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

/** A part with none of these is passed on as one that allows all, without its description. */
const SHAPES = ['type', 'properties', 'items', 'anyOf', 'oneOf', 'allOf', 'enum', 'const', '$ref'];

/** Whether a schema says more than the worker passes on: it knows but a part of JSON Schema and forgets the rest without a word. */
export function losesMeaning(schema: Readonly<Record<string, unknown>>): boolean {
  return Buffer.byteLength(JSON.stringify(schema)) > MAX_BYTES || loses(schema);
}

function loses(schema: unknown): boolean {
  if (!isRecord(schema)) return true;
  const { type, properties, items, $defs, additionalProperties, anyOf, oneOf, allOf } = schema;
  if (Object.entries(schema).some(([key, value]) => !KEPT.has(key) && !SILENT.has(key) && !isWholeRange(key, value))) return true;
  if (type !== undefined && [type].flat().some((one) => !TYPES.includes(one))) return true;
  if ('description' in schema && !SHAPES.some((key) => key in schema)) return true;
  // Without a type, values are taken for texts; without items, so are those of a list.
  if (type === undefined && [schema.enum, [schema.const]].flat().some((value) => value !== undefined && typeof value !== 'string'))
    return true;
  if ([type].flat().includes('array') && items === undefined) return true;
  const parts = [properties, $defs].flatMap((group) => (isRecord(group) ? Object.values(group) : group === undefined ? [] : [group]));
  const branches = [anyOf, oneOf, allOf].flatMap((list) => list ?? []);
  const inner = [...parts, ...branches, ...(items === undefined ? [] : [items])];
  return inner.some(loses) || (typeof additionalProperties === 'object' && loses(additionalProperties));
}

/** What generators write for every integer. */
function isWholeRange(key: string, value: unknown): boolean {
  return (key === 'maximum' && value === Number.MAX_SAFE_INTEGER) || (key === 'minimum' && value === Number.MIN_SAFE_INTEGER);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
