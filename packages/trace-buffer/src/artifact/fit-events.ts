import type { TraceEvent } from '@codex-proxy/contracts';
import { withoutPayload } from './trace-event.ts';

export interface FittedEvents {
  /** The events that stay, each as JSON. */
  readonly texts: readonly string[];
  readonly truncated: boolean;
  readonly droppedEvents: number;
}

interface Piece {
  text: string;
  bytes: number;
  readonly event: TraceEvent;
}

/** Makes events fit in `room` bytes: the largest payloads go first, then events from the end. */
export function fitEvents(events: readonly TraceEvent[], room: number): FittedEvents {
  const pieces = events.map(pieceOf);
  let total = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
  let truncated = events.some((event) => event.type !== 'delta_run' && event.truncated === true);
  for (const piece of pieces.toSorted((a, b) => b.bytes - a.bytes)) {
    if (total <= room) break;
    const bare = withoutPayload(piece.event);
    if (bare === undefined) continue;
    const { text, bytes } = pieceOf(bare);
    total += bytes - piece.bytes;
    piece.text = text;
    piece.bytes = bytes;
    truncated = true;
  }
  let kept = pieces.length;
  while (total > room && kept > 0) {
    kept -= 1;
    total -= pieces[kept]?.bytes ?? 0;
    truncated = true;
  }
  return { texts: pieces.slice(0, kept).map(({ text }) => text), truncated, droppedEvents: pieces.length - kept };
}

/** A comma comes with each. */
function pieceOf(event: TraceEvent): Piece {
  const text = JSON.stringify(event);
  return { text, bytes: Buffer.byteLength(text) + 1, event };
}
