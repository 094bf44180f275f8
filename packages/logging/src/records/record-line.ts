import { LOG_EVENTS, LOG_FIELDS, type LogEventName, type LogFields, type LogLevel } from '@codex-proxy/contracts';

/** Takes whole records; several may come in one text, each but the last ended by a newline. */
export interface RecordSink {
  /** @param records How many lines `text` holds, for the count of drops; default 1. */
  write(text: string, records?: number): boolean;
}

const ENVELOPE: readonly string[] = ['timestamp', 'level', 'component', 'event'];

/** How each field that a caller may set begins, as JSON after a comma. */
const FIELD_TEXTS: ReadonlyMap<string, string> = new Map(
  Object.keys(LOG_FIELDS)
    .filter((name) => !ENVELOPE.includes(name))
    .map((name) => [name, `,"${name}":`]),
);

/** Whether the schema has every field that is set, beyond the envelope. */
export function areKnown(fields: LogFields): boolean {
  for (const name in fields) {
    if (!FIELD_TEXTS.has(name)) return false;
  }
  return true;
}

/** The fields that the schema knows. */
export function knownFields(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => FIELD_TEXTS.has(name)));
}

/** The fields that have a value and that the schema knows, as JSON members, each led by a comma. */
export function fieldsText(fields: LogFields): string {
  const values: Readonly<Record<string, unknown>> = fields;
  let text = '';
  for (const name in values) {
    const value = values[name];
    if (value === undefined) continue;
    const start = FIELD_TEXTS.get(name);
    if (start === undefined) continue;
    if (typeof value === 'number') text += Number.isFinite(value) ? start + value : '';
    else text += start + (typeof value === 'boolean' ? value : JSON.stringify(value));
  }
  return text;
}

/** How the line of an event at its own level goes on after its timestamp. */
export function envelopeText(event: LogEventName, level: LogLevel = LOG_EVENTS[event].level): string {
  const { component } = LOG_EVENTS[event];
  return `","level":"${level}","component":"${component}","event":"${event}"`;
}
