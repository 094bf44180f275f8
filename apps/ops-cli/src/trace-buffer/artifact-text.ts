import type { TraceArtifact, TraceEvent } from '@codex-proxy/contracts';
import { formatBytes, formatMs } from '../text/duration.ts';
import { counted } from '../text/number.ts';
import type { Paint } from '../text/paint.ts';
import { clip, printable } from '../text/printable.ts';
import { hang } from '../text/wrap.ts';

export interface ArtifactTextOptions {
  readonly paint: Paint;
  /** Lines are cut at it; undefined: they are as long as they are. */
  readonly columns: number | undefined;
}

const TIME_WIDTH = 10;

/** What became of the request, then a line a frame. */
export function artifactText(artifact: TraceArtifact, { paint, columns = Infinity }: ArtifactTextOptions): string {
  const { req_id: id, outcome, duration_ms: durationMs, timestamp, model, events, truncated, dropped_events: dropped } = artifact;
  const model_ = model === undefined ? '' : `, ${printable(model)}`;
  const head = `${printable(id)} ${outcome} after ${formatMs(durationMs)}${model_}, ended ${timestamp}`;
  const left = truncated
    ? [`not all of it was kept${dropped === undefined ? '' : `: ${counted(dropped, 'frame')} at the end are left out`}`]
    : [];
  const lines = events.map((event) => {
    const { atMs, arrow, what, detail } = partsOf(event);
    const time = formatMs(atMs).padStart(TIME_WIDTH);
    const room = columns - TIME_WIDTH - 4;
    const text = clip(`${what}  ${detail}`, room);
    return `${paint('dim', time)}  ${arrow} ${paint(event.type === 'rpc_error' ? 'red' : 'bold', text.slice(0, what.length))}${paint('dim', text.slice(what.length))}`;
  });
  return [...hang('', head, columns).map((line) => paint('bold', line)), ...left, ...lines].map((line) => `${line}\n`).join('');
}

function partsOf(event: TraceEvent): { atMs: number; arrow: string; what: string; detail: string } {
  const arrow = event.direction === 'to_worker' ? '→' : '←';
  const method = printable(event.method);
  if (event.type === 'delta_run') {
    const { count, bytes, first_at_ms: atMs, last_at_ms: lastAtMs, max_gap_ms: gapMs } = event;
    const detail = `${formatBytes(bytes)}, until ${formatMs(lastAtMs)}, at most ${formatMs(gapMs)} apart`;
    return { atMs, arrow, what: `${counted(count, 'delta')} ${method}`, detail };
  }
  const id = event.id === undefined ? '' : ` #${printable(String(event.id))}`;
  const cut = event.truncated === true ? ', payload left out' : '';
  return { atMs: event.at_ms, arrow, what: `${event.type} ${method}${id}`, detail: `${formatBytes(event.bytes)}${cut}` };
}
