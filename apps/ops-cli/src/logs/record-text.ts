import { numberAt, textAt, type JsonRecord } from '../json/record.ts';
import { formatMs } from '../text/duration.ts';
import { fieldsText } from '../text/fields.ts';
import type { Paint } from '../text/paint.ts';
import { clip, printable } from '../text/printable.ts';
import { hang } from '../text/wrap.ts';

export interface RecordTextOptions {
  readonly paint: Paint;
  /** Lines are cut at it; undefined: they are as long as they are. */
  readonly columns: number | undefined;
}

/** Below this width time and level are given in short, and what goes without saying is not said. */
const WIDE = 100;
const INDENT = '  ';

/** A record: when, how grave, whose, what. On one line where what happened has room on it, with as much of its fields as have; else below. */
export function renderRecord(record: JsonRecord, { paint, columns }: RecordTextOptions): string {
  const isNarrow = columns !== undefined && columns < WIDE;
  const stamp = textAt(record, 'timestamp') ?? '';
  const time = (isNarrow ? stamp.slice(11, 19) : stamp).padEnd(isNarrow ? 8 : 24);
  const level = textAt(record, 'level') ?? '?';
  const head = [time, isNarrow ? level.slice(0, 1).toUpperCase() : level.toUpperCase().padEnd(5)].map(printable);
  const id = printable(textAt(record, 'request_id') ?? '-');
  const used = head.join(' ').length + id.length + 2;
  const { text, fields } = summaryOf(record, isNarrow);
  const first = `${paint('dim', head[0] ?? '')} ${paintLevel(level, head[1] ?? '', paint)} ${paint('cyan', id)}`;
  if (columns === undefined || used + text.length <= columns)
    return `${first} ${paintText(record, withFields(text, fields, (columns ?? Infinity) - used), paint)}`;
  const below = hang(INDENT, text, columns);
  const last = below.pop() ?? '';
  return [first, ...[...below, withFields(last, fields, columns)].map((line) => paintText(record, clip(line, columns), paint))].join('\n');
}

/** Where less than a name and its value would be left of them, fields are left out. */
function withFields(text: string, fields: string, room: number): string {
  const whole = `${text} ${fields}`.trimEnd();
  if (whole.length <= room) return whole;
  return room - text.length < LEAST_FIELD ? text : clip(whole, room);
}

const LEAST_FIELD = 12;

function paintLevel(level: string, text: string, paint: Paint): string {
  if (level === 'error' || level === 'fatal') return paint(['bold', 'red'], text);
  return level === 'warn' ? paint('yellow', text) : paint('dim', text);
}

function paintText(record: JsonRecord, text: string, paint: Paint): string {
  const status = numberAt(record, 'status') ?? 0;
  if (status >= 500) return paint('red', text);
  return status >= 400 ? paint('yellow', text) : text;
}

const ENVELOPE = ['timestamp', 'level', 'component', 'event', 'request_id', 'run_id'];

/** What happened, then what is left of the record, as names and values. */
function summaryOf(record: JsonRecord, isNarrow: boolean): { readonly text: string; readonly fields: string } {
  const event = textAt(record, 'event') ?? 'unknown';
  const { text, told } = SUMMARIES[event]?.(record, isNarrow) ?? { text: event, told: [] };
  const rest = Object.fromEntries(Object.entries(record).filter(([name]) => !ENVELOPE.includes(name) && !told.includes(name)));
  return { text: printable(text), fields: fieldsText(rest) };
}

interface Summary {
  readonly text: string;
  readonly told: readonly string[];
}

function msOf(record: JsonRecord, name: string): string | undefined {
  const ms = numberAt(record, name);
  return ms === undefined ? undefined : formatMs(ms);
}

/** The events of the files, in the order in which one reads them. */
const SUMMARIES: Readonly<Record<string, (record: JsonRecord, isNarrow: boolean) => Summary>> = {
  request_completed: (record, isNarrow) => ({
    text: words(
      numberAt(record, 'status'),
      isNarrow && textAt(record, 'outcome') === 'completed' ? undefined : textAt(record, 'outcome'),
      msOf(record, 'latency_ms'),
      textAt(record, 'error_code') === textAt(record, 'outcome') ? undefined : textAt(record, 'error_code'),
      textAt(record, 'method'),
      textAt(record, 'route'),
    ),
    told: ['status', 'outcome', 'error_code', 'latency_ms', 'method', 'route'],
  }),
  rpc_frame: (record) => ({
    text: words(
      textAt(record, 'direction') === 'to_worker' ? '→' : '←',
      textAt(record, 'frame_type') === 'delta_run' ? `${numberAt(record, 'count') ?? 0} ×` : undefined,
      textAt(record, 'rpc_method'),
      textAt(record, 'frame_type') === 'rpc_response' ? 'answered' : textAt(record, 'frame_type') === 'rpc_error' ? 'refused' : undefined,
      `+${msOf(record, 'elapsed_ms') ?? '?'}`,
    ),
    told: ['direction', 'frame_type', 'rpc_method', 'elapsed_ms', 'count'],
  }),
  usage_recorded: (record) => ({
    text: words('tokens', numberAt(record, 'tokens_prompt'), 'in', numberAt(record, 'tokens_response'), 'out'),
    told: ['tokens_prompt', 'tokens_response'],
  }),
};

function words(...parts: readonly (string | number | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}
