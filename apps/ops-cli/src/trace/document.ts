import { numberAt, textAt, timeAt, type JsonRecord } from '../json/record.ts';
import { CAUSES } from './diagnose/causes.ts';
import { diagnose } from './diagnose/cause.ts';
import { createView } from './diagnose/view.ts';
import type { Evidence, Searched, SourceName } from './evidence.ts';
import type { FrameClock } from './timeline/frames.ts';
import type { Into } from './timeline/step.ts';
import { createTimeline } from './timeline/timeline.ts';

/** A step of the timeline, as `--json` prints it. */
export interface TimelineEntry {
  readonly at_ms: number;
  readonly timestamp: string;
  readonly gap_ms: number;
  readonly duration_ms: number;
  readonly is_gap: boolean;
  readonly is_slowest: boolean;
  readonly sources: readonly SourceName[];
  readonly what: string;
  readonly detail: JsonRecord;
}

/** The longest stretch of a request. */
export interface SlowestStretch {
  readonly into: Into;
  readonly what: string;
  readonly ms: number;
  readonly share: number | null;
  readonly from_ms: number;
  readonly to_ms: number;
}

/** What `codex-ops trace --json` prints for a request. `TRACE_DOCUMENT` says what its fields mean. */
export interface TraceDocument {
  readonly version: 1;
  readonly request_id: string;
  readonly outcome: string;
  readonly status: number | null;
  readonly error_code: string | null;
  readonly latency_ms: number | null;
  readonly cause: { readonly id: string; readonly text: string; readonly next: string };
  readonly slowest: SlowestStretch | null;
  readonly started_at: string;
  readonly has_request_line: boolean;
  readonly frame_clock: FrameClock;
  readonly request: JsonRecord | null;
  readonly usage: JsonRecord | null;
  readonly timeline: readonly TimelineEntry[];
  readonly searched: readonly Searched[];
  readonly warnings: readonly string[];
}

/** What it prints where the id is a client's, and several requests have it. */
export interface MatchesDocument {
  readonly version: 1;
  readonly client_request_id: string;
  readonly matches: readonly JsonRecord[];
  readonly searched: readonly Searched[];
  readonly warnings: readonly string[];
}

export function createDocument(
  requestId: string,
  evidence: Evidence,
  about: { readonly searched: readonly Searched[]; readonly warnings: readonly string[] },
): TraceDocument {
  const timeline = createTimeline(evidence);
  const view = createView(evidence, timeline);
  const [slowest] = timeline.stretches;
  const at = (ms: number): string => new Date(Math.round(timeline.startedAtMs + ms)).toISOString();
  return {
    version: 1,
    request_id: requestId,
    outcome: view.outcome,
    status: view.status ?? null,
    error_code: view.errorCode ?? null,
    latency_ms: view.latencyMs ?? null,
    cause: diagnose(view, CAUSES),
    slowest:
      slowest === undefined
        ? null
        : {
            into: slowest.into,
            what: slowest.what,
            ms: round(slowest.ms),
            share: view.latencyMs === undefined || view.latencyMs === 0 ? null : Math.min(1, round(slowest.ms / view.latencyMs)),
            from_ms: round(slowest.fromMs),
            to_ms: round(slowest.toMs),
          },
    started_at: at(0),
    has_request_line: timeline.hasRequestLine,
    frame_clock: timeline.clock,
    request: evidence.access.at(-1) ?? evidence.run ?? null,
    usage: evidence.usage.at(-1) ?? null,
    timeline: timeline.steps.map((step) => ({
      at_ms: round(step.atMs),
      timestamp: at(step.atMs),
      gap_ms: round(step.gapMs),
      duration_ms: round(step.untilMs - step.atMs),
      is_gap: step.isGap,
      is_slowest: step.isSlowest,
      sources: step.sources,
      what: step.what,
      detail: step.detail,
    })),
    ...about,
  };
}

export function createMatches(
  id: string,
  records: readonly JsonRecord[],
  about: { readonly searched: readonly Searched[]; readonly warnings: readonly string[] },
): MatchesDocument {
  const matches = records
    .toSorted((a, b) => (timeAt(a, 'timestamp') ?? 0) - (timeAt(b, 'timestamp') ?? 0))
    .map((record) => ({
      timestamp: textAt(record, 'timestamp') ?? null,
      request_id: textAt(record, 'request_id') ?? null,
      route: textAt(record, 'route') ?? null,
      status: numberAt(record, 'status') ?? null,
      outcome: textAt(record, 'outcome') ?? null,
      error_code: textAt(record, 'error_code') ?? null,
      latency_ms: numberAt(record, 'latency_ms') ?? null,
    }));
  return { version: 1, client_request_id: id, matches, ...about };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
