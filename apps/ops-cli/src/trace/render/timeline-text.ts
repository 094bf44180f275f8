import { formatMs } from '../../text/duration.ts';
import { fieldsText } from '../../text/fields.ts';
import type { Paint } from '../../text/paint.ts';
import { clip, printable } from '../../text/printable.ts';
import { hang } from '../../text/wrap.ts';
import type { SlowestStretch, TimelineEntry, TraceDocument } from '../document.ts';
import type { TextOptions } from './trace-text.ts';

/** Below this width what is known of a step stands under it, and only of those that matter. */
const WIDE = 100;
/** What says no more than the terminal record does. */
const REPEATING: readonly string[] = ['request_completed', 'note: run_ended'];
/** Columns of the two times and the mark. */
const TIMES_WIDTH = 25;
const UNDER = ' '.repeat(TIMES_WIDTH + 2);

/** The steps of a request, one a line: when, after what gap, what; and where that was found. */
export function timelineLines(document: TraceDocument, { paint, columns }: TextOptions): string[] {
  const { timeline } = document;
  const head = paint('dim', `${'since'.padStart(11)} ${'gap'.padStart(10)}   what`);
  if (columns !== undefined && columns < WIDE)
    return [head, ...timeline.flatMap((entry) => narrowLines(entry, document, { paint, columns }))];
  const column = Math.max(...timeline.map(({ what }) => printable(what).length));
  const origins = Math.max(...timeline.map((entry) => originText(entry).length));
  return [head, ...timeline.map((entry) => wideLine(entry, document, { paint, columns, column, origins }))];
}

interface Columns extends TextOptions {
  readonly column: number;
  readonly origins: number;
}

function wideLine(entry: TimelineEntry, document: TraceDocument, { paint, columns, column, origins }: Columns): string {
  const detail = detailText(entry, document);
  const origin = originText(entry);
  if (columns === undefined) {
    return `${timesText(entry, paint)} ${paintWhat(entry, printable(entry.what).padEnd(column), paint)}  ${detail}${detail === '' ? '' : '  '}[${origin}]`;
  }
  const named = Math.min(column, columns - TIMES_WIDTH - origins - 2);
  const room = Math.max(0, columns - TIMES_WIDTH - named - origins - 4);
  const what = paintWhat(entry, clip(printable(entry.what), named).padEnd(named), paint);
  return `${timesText(entry, paint)} ${what}  ${paint('dim', clip(detail, room).padEnd(room))}  ${paint('dim', origin)}`;
}

function narrowLines(entry: TimelineEntry, document: TraceDocument, { paint, columns = WIDE }: TextOptions): string[] {
  const what = paintWhat(entry, clip(printable(entry.what), columns - TIMES_WIDTH), paint);
  const line = `${timesText(entry, paint)} ${what}`;
  const isRepeating = document.has_request_line && REPEATING.includes(entry.what);
  const isTelling = entry.is_slowest || entry.is_gap || (!isRepeating && (isBad(entry) || 'outcome' in entry.detail));
  const detail = isTelling ? detailText(entry, document) : '';
  if (detail === '') return [line];
  return [line, ...hang(UNDER, detail, columns).map((text) => paint('dim', clip(text, columns)))];
}

function timesText({ at_ms: atMs, gap_ms: gapMs, is_gap: isGap, is_slowest: isSlowest }: TimelineEntry, paint: Paint): string {
  const since = sinceText(atMs).padStart(11);
  const gap = (gapMs < SHORTEST_SHOWN_MS ? '' : formatMs(gapMs)).padStart(10);
  if (isSlowest) return `${since} ${paint(['bold', 'yellow'], `${gap} ◆`)}`;
  return isGap ? `${since} ${paint('yellow', `${gap} ·`)}` : `${since} ${gap}  `;
}

const SHORTEST_SHOWN_MS = 0.05;

function originText({ sources }: TimelineEntry): string {
  return sources.join('+');
}

function paintWhat(entry: TimelineEntry, text: string, paint: Paint): string {
  return isBad(entry) ? paint('red', text) : text;
}

function isBad({ what, detail }: TimelineEntry): boolean {
  return 'error_message' in detail || 'error_code' in detail || detail['level'] === 'error' || what.endsWith(' refused');
}

function detailText(entry: TimelineEntry, { slowest }: TraceDocument): string {
  const mark = entry.is_slowest && slowest !== null ? `◆ slowest: ${formatMs(slowest.ms)}${placeText(entry, slowest)}` : '';
  return [mark, fieldsText(entry.detail)].filter((text) => text !== '').join(' ');
}

/** Where the slowest stretch lies, unless it is the gap that stands beside the mark. */
function placeText(
  { at_ms: atMs, gap_ms: gapMs, duration_ms: durationMs }: TimelineEntry,
  { ms, from_ms: from, to_ms: to }: SlowestStretch,
): string {
  if (durationMs > 0 && from === atMs) return ' of this step';
  return gapMs >= ms * WHOLE_SHARE ? '' : `, from ${sinceText(from)} to ${sinceText(to)}`;
}

/** Records are stamped to the millisecond, which can take a little of a gap. */
const WHOLE_SHARE = 0.9;

function sinceText(atMs: number): string {
  return `${atMs < 0 ? '' : '+'}${formatMs(atMs)}`;
}
