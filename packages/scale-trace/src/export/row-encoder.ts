import type { Column } from '../table/columns.ts';
import { encodeBlob, encodeCell, encodeLargeInteger } from './cell.ts';
import type { RowRedaction } from './redaction.ts';

/** One JSON object for the values of a row, in the order of the columns. Every value is redacted. */
export type RowEncoder = (values: readonly unknown[], offset: number) => string;

interface Slot {
  readonly prefix: string;
  readonly column: Column;
}

export function createRowEncoder(columns: readonly Column[], redaction: RowRedaction): RowEncoder {
  const slots = columns.map((column, at): Slot => ({ prefix: `${at === 0 ? '{' : ','}${JSON.stringify(column.name)}:`, column }));
  return (values, offset) => {
    const record = recordOf(columns, values, offset);
    const redacted = redaction.record(record);
    let line = '';
    slots.forEach(({ prefix, column }, at) => {
      line += prefix + encode(column, values[at + offset], record, redacted);
    });
    return `${line}}`;
  };

  function encode({ name, kind }: Column, value: unknown, record: object, redacted: unknown): string {
    if (typeof value === 'string') {
      if (kind === 'json') return JSON.stringify(redaction.json(value));
      if (kind === 'prompt') return JSON.stringify(redaction.prompt(value));
    } else if (typeof value === 'bigint') {
      if (kind === 'key') return String(value);
      if (!isSafe(value)) return encodeLargeInteger(value, redaction);
    } else if (value instanceof Uint8Array) {
      return encodeBlob(value, redaction);
    }
    if (redacted === record) return encodeCell(value);
    return encodeCell(typeof redacted === 'object' && redacted !== null ? Reflect.get(redacted, name) : undefined);
  }
}

/** The values that the redactor judges together, by their names. */
function recordOf(columns: readonly Column[], values: readonly unknown[], offset: number): object {
  const record: Record<string, unknown> = {};
  columns.forEach(({ name, kind }, at) => {
    const value = values[at + offset];
    if (kind === 'key') return;
    if (typeof value === 'string' ? kind === 'plain' : !(value instanceof Uint8Array)) record[name] = plain(value);
  });
  return record;
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? (isSafe(value) ? Number(value) : null) : value;
}

function isSafe(value: bigint): boolean {
  return value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER;
}
