import { z } from 'zod';
import { LOG_EVENTS } from './log-events.ts';
import { LOG_FIELDS, type LogFields } from './log-fields.ts';

const ALWAYS_PRESENT: readonly string[] = ['timestamp', 'level', 'component', 'event'];

const shape: Record<string, z.ZodType> = {};
for (const [name, field] of Object.entries(LOG_FIELDS)) {
  const schema = name === 'event' ? z.enum(Object.keys(LOG_EVENTS)) : field.schema;
  shape[name] = ALWAYS_PRESENT.includes(name) ? schema : schema.optional();
}

/**
 * One line of stdout or of an NDJSON file. Unknown fields are refused: a field that is not in the table does not exist.
 */
export const logRecordSchema = z.strictObject(shape);

/** A record as it is written. */
export type LogRecord = LogFields & Required<Pick<LogFields, 'timestamp' | 'level' | 'component' | 'event'>>;
