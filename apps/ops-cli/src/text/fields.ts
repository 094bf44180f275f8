import { printable } from './printable.ts';

/** `status=502 reason=other error_message="It failed."`: names and values on one line. */
export function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${printable(name)}=${valueText(value)}`)
    .join(' ');
}

function valueText(value: unknown): string {
  if (typeof value !== 'string') return printable(JSON.stringify(value));
  return /^[\w./:@+-]+$/.test(value) ? value : printable(JSON.stringify(value));
}
