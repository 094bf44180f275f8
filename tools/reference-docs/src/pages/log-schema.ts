import { LOG_EVENTS, LOG_FIELDS, logRecordSchema, type LogEvent, type LogField } from '@codex-proxy/contracts';
import { z } from 'zod';
import { code, GENERATED, page, table } from '../markdown.ts';

const FIELDS = Object.entries<LogField>(LOG_FIELDS);

const jsonTypeSchema = z.object({
  type: z.string().optional(),
  format: z.string().optional(),
  enum: z.array(z.string()).optional(),
  anyOf: z.array(z.object({ type: z.string() })).optional(),
});

function typeOf({ schema }: LogField): string {
  const { type, format, enum: choices, anyOf } = jsonTypeSchema.parse(z.toJSONSchema(schema));
  if (choices !== undefined) return choices.map(code).join(' ');
  if (anyOf !== undefined) return anyOf.map((alternative) => alternative.type).join(' or ');
  return format === undefined ? (type ?? 'any') : `${type ?? 'any'} (${format})`;
}

export function logSchemaPage(): string {
  return page(
    'Log records',
    'Each line of stdout and of the files `access.ndjson`, `proto.ndjson` and `usage.ndjson` is one JSON object with fields from this table and no others. ' +
      'The same as JSON Schema: [log-schema.json](log-schema.json).',
    '## Fields',
    '`timestamp`, `level`, `component` and `event` are in every record.',
    table(
      ['field', 'type', 'what it says'],
      FIELDS.map(([name, field]) => [code(name), typeOf(field), field.description]),
    ),
    '## Events',
    'Every record of an event carries the fields named here; others where they are known.',
    table(
      ['event', 'component', 'level', 'when', 'fields'],
      Object.entries<LogEvent>(LOG_EVENTS).map(([name, event]) => [
        code(name),
        event.component,
        event.level,
        event.description,
        event.fields.map(code).join(' '),
      ]),
    ),
  );
}

export function logSchemaJson(): string {
  const schema = z.toJSONSchema(logRecordSchema);
  const properties = Object.fromEntries(
    FIELDS.map(([name, { description }]) => {
      const property = schema.properties?.[name];
      return [name, { description, ...(typeof property === 'object' ? property : {}) }];
    }),
  );
  return JSON.stringify({ $comment: GENERATED, title: 'A log record of codex-proxy', ...schema, properties }, null, 2) + '\n';
}
