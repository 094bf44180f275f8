import type { TraceArtifact, TraceEvent } from '@codex-proxy/contracts';
import { fitEvents } from './fit-events.ts';
import { elapsedMs } from './number.ts';
import { createPayloadShaper } from './payload-shape.ts';
import type { TraceCapture } from './trace-capture.ts';
import { traceEvent, type Redaction } from './trace-event.ts';

export interface RenderOptions extends Redaction {
  readonly maxBytes: number;
  /** Called between frames; resolves when the thread has done enough else. */
  readonly breathe: () => Promise<void> | undefined;
}

const MAX_TEXT_LENGTH = 128;

/** The artifact of a capture as JSON of at most `maxBytes`, and nothing in it that was not redacted. */
export async function renderArtifact(capture: TraceCapture, options: RenderOptions): Promise<string> {
  const { maxBytes, breathe } = options;
  const { redactor, hide } = options;
  const context = { redactor, hide, startAtMs: capture.frames[0]?.atMs ?? 0, shaper: createPayloadShaper({ model: capture.model, hide }) };
  const events: TraceEvent[] = [];
  for (const frame of capture.frames) {
    events.push(traceEvent(frame, context));
    await breathe();
  }
  const head = headOf(capture, options);
  // What the marks of truncation add at most.
  const room = maxBytes - Buffer.byteLength(JSON.stringify({ ...head, dropped_events: Number.MAX_SAFE_INTEGER, events: [] }));
  const { texts, truncated, droppedEvents } = fitEvents(events, room);
  const artifact = { ...head, truncated, ...(droppedEvents === 0 ? {} : { dropped_events: droppedEvents }) };
  return `${JSON.stringify(artifact).slice(0, -1)},"events":[${texts.join(',')}]}`;
}

function headOf(capture: TraceCapture, { redactor, hide }: Redaction): Omit<TraceArtifact, 'events' | 'dropped_events'> {
  const clean = (text: string): string => redactor.text(hide(text), 'trace').slice(0, MAX_TEXT_LENGTH);
  return {
    version: 1,
    req_id: capture.requestId,
    run_id: clean(capture.runId),
    timestamp: new Date(capture.endedAtMs).toISOString(),
    ...(capture.model === undefined ? {} : { model: clean(capture.model) }),
    outcome: capture.outcome,
    duration_ms: elapsedMs(0, capture.durationMs),
    truncated: false,
  };
}
