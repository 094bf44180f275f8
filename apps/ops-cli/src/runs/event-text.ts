import { RUN_EVENT_TYPE_NAMES, type RunEvent } from '@codex-proxy/contracts';
import { isRecord } from '../json/record.ts';
import { fieldsText } from '../text/fields.ts';
import type { Paint } from '../text/paint.ts';
import { clip, printable } from '../text/printable.ts';
import { hang } from '../text/wrap.ts';

export interface EventTextOptions {
  readonly paint: Paint;
  /** Lines are cut at it; undefined: they are as long as they are. */
  readonly columns: number | undefined;
}

const WIDE = 100;
const TYPE_WIDTH = Math.max(...RUN_EVENT_TYPE_NAMES.map((name) => name.length));
const ID_WIDTH = 6;

/** `     7  02:10:03.194  tool_call       name=shell …`. What went wrong is not cut: where it has no room it stands below. */
export function eventText(event: RunEvent, { paint, columns = Infinity }: EventTextOptions): string {
  const time = columns < WIDE ? event.created_at.slice(11, 23) : event.created_at;
  const head = `${String(event.id).padStart(ID_WIDTH)}  ${time}  `;
  const type = event.type.padEnd(TYPE_WIDTH);
  const details = `  ${detailsOf(event)}`.trimEnd();
  const room = Math.max(1, columns - head.length - type.length);
  const style = event.level === 'error' ? 'red' : event.level === 'warn' ? 'yellow' : 'bold';
  if (style !== 'bold' && details.length > room) {
    const below = hang(' '.repeat(ID_WIDTH + 2), details.trimStart(), columns).map((line) => clip(line, columns));
    return `${paint('dim', head)}${paint(style, type.trimEnd())}\n${below.join('\n')}\n`;
  }
  const rest = clip(details, room).trimEnd();
  return `${paint('dim', head)}${paint(style, rest === '' ? type.trimEnd() : type)}${rest}\n`;
}

function detailsOf({ payload, source, truncated }: RunEvent): string {
  const text = isRecord(payload) ? fieldsText(payload) : payload === null ? '' : printable(JSON.stringify(payload));
  return [source === null || source === 'proxy' ? '' : printable(`[${source}]`), text, truncated ? '(cut)' : '']
    .filter((part) => part !== '')
    .join(' ');
}
