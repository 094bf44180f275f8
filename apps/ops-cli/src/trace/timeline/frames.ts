import { numberAt, textAt, timeAt, type JsonRecord } from '../../json/record.ts';
import type { Evidence, SourceName } from '../evidence.ts';
import type { Step, StepKind } from './step.ts';

/** A JSON-RPC frame of the request, out of proto.ndjson, the trace artifact, or both. */
export interface Frame {
  readonly type: string;
  readonly method: string;
  readonly direction: string;
  /** Since the first frame. */
  readonly atMs: number;
  readonly untilMs: number;
  readonly sources: readonly SourceName[];
  readonly count: number | undefined;
  readonly bytes: number | undefined;
  /** Of a run of deltas, the longest time between two, and how many of it had come before. */
  readonly maxGapMs: number | undefined;
  readonly maxGapAfter: number | undefined;
  /** The payload, from the artifact. */
  readonly payload: JsonRecord | undefined;
}

/** Both sources are made of the same list, frame by frame: where they agree they are one, where they do not the artifact follows. */
export function framesOf({ frames, artifact }: Pick<Evidence, 'frames' | 'artifact'>): readonly Frame[] {
  const logged = frames.map(loggedFrame);
  const events: unknown = artifact?.['events'];
  const traced = Array.isArray(events) ? events.flatMap((event: unknown) => tracedFrame(event)) : [];
  if (traced.length === 0) return logged;
  if (!traced.every((frame, index) => logged[index] === undefined || isSame(frame, logged[index]))) return [...logged, ...traced];
  return Array.from({ length: Math.max(logged.length, traced.length) }, (_, index) => merge(logged[index], traced[index])).flat();
}

function isSame(a: Frame, b: Frame): boolean {
  return a.type === b.type && a.method === b.method && a.direction === b.direction;
}

function merge(logged: Frame | undefined, traced: Frame | undefined): Frame[] {
  if (logged === undefined || traced === undefined) return [logged ?? traced].filter((frame) => frame !== undefined);
  const maxGapMs = traced.maxGapMs ?? logged.maxGapMs;
  return [{ ...logged, sources: [...logged.sources, ...traced.sources], maxGapMs, payload: traced.payload }];
}

function loggedFrame(record: JsonRecord): Frame {
  const atMs = numberAt(record, 'elapsed_ms') ?? 0;
  return {
    type: textAt(record, 'frame_type') ?? 'unknown',
    method: textAt(record, 'rpc_method') ?? 'unknown',
    direction: textAt(record, 'direction') ?? 'from_worker',
    atMs,
    untilMs: atMs + (numberAt(record, 'duration_ms') ?? 0),
    sources: ['proto'],
    count: numberAt(record, 'count'),
    bytes: numberAt(record, 'bytes'),
    maxGapMs: numberAt(record, 'max_gap_ms'),
    maxGapAfter: numberAt(record, 'max_gap_after'),
    payload: undefined,
  };
}

function tracedFrame(event: unknown): Frame[] {
  if (typeof event !== 'object' || event === null) return [];
  const record: JsonRecord = { ...event };
  const atMs = numberAt(record, 'at_ms') ?? numberAt(record, 'first_at_ms') ?? 0;
  const payload: unknown = record['error'] ?? record['params'] ?? record['result'];
  return [
    {
      type: textAt(record, 'type') ?? 'unknown',
      method: textAt(record, 'method') ?? 'unknown',
      direction: textAt(record, 'direction') ?? 'from_worker',
      atMs,
      untilMs: numberAt(record, 'last_at_ms') ?? atMs,
      sources: ['trace_buffer'],
      count: numberAt(record, 'count'),
      bytes: numberAt(record, 'bytes'),
      maxGapMs: numberAt(record, 'max_gap_ms'),
      maxGapAfter: undefined,
      payload: typeof payload === 'object' && payload !== null ? { ...payload } : undefined,
    },
  ];
}

const KINDS: Readonly<Record<string, StepKind>> = {
  rpc_request: 'ask',
  server_response: 'ask',
  rpc_response: 'answer',
  server_request: 'notice',
  rpc_notification: 'notice',
  rpc_error: 'rpc_error',
  delta_run: 'deltas',
};

export function frameStep(frame: Frame, offsetMs: number): Step {
  const { type, method, direction, count, bytes, maxGapMs, maxGapAfter } = frame;
  const arrow = direction === 'to_worker' ? '→' : '←';
  const says = type === 'rpc_response' ? ' answered' : type === 'rpc_error' ? ' refused' : type === 'server_request' ? ' asked' : '';
  return {
    kind: KINDS[type] ?? 'notice',
    atMs: frame.atMs + offsetMs,
    untilMs: frame.untilMs + offsetMs,
    sources: frame.sources,
    what: type === 'delta_run' ? `${arrow} ${count ?? 0} × ${method}` : `${arrow} ${method}${says}`,
    ...(count === undefined ? {} : { count }),
    ...(maxGapMs === undefined ? {} : { pauseMs: maxGapMs }),
    ...(maxGapAfter === undefined ? {} : { pauseAfter: maxGapAfter }),
    detail: {
      ...(type === 'delta_run' ? { duration_ms: round(frame.untilMs - frame.atMs) } : {}),
      ...(maxGapMs === undefined ? {} : { max_gap_ms: round(maxGapMs) }),
      ...(maxGapAfter === undefined ? {} : { max_gap_after: maxGapAfter }),
      ...(bytes === undefined ? {} : { bytes }),
      ...failureOf(frame),
    },
  };
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** What the worker says went wrong, out of the payload of a frame. */
export function failureOf({ type, payload }: Pick<Frame, 'type' | 'payload'>): Readonly<Record<string, unknown>> {
  const turn = recordAt(payload, 'turn');
  const error = recordAt(payload, 'error') ?? recordAt(turn, 'error') ?? (type === 'rpc_error' ? payload : undefined);
  const message = textAt(error, 'message');
  const info: unknown = error?.['codexErrorInfo'];
  const willRetry: unknown = payload?.['willRetry'];
  return {
    ...(message === undefined ? {} : { error_message: message }),
    ...(info === undefined || info === null ? {} : { error_info: info }),
    ...(typeof willRetry === 'boolean' ? { will_retry: willRetry } : {}),
  };
}

function recordAt(record: JsonRecord | undefined, name: string): JsonRecord | undefined {
  const value = record?.[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/** How the times of frames, which count from the first of them, were brought into line with the request. */
export type FrameClock = 'first_delta' | 'written' | 'none';

export interface Alignment {
  readonly clock: FrameClock;
  /** When the first frame was sent, since the request line. */
  readonly offsetMs: number;
}

/**
 * The first delta is in both clocks: the client gets it at once. Without one, frames are written when the worker has let go of the
 * turn, right after the last of them. Where the turn was cut short that may be long after it: then the thread was asked for when a slot was free.
 */
export function alignFrames(
  frames: readonly Frame[],
  evidence: Pick<Evidence, 'frames' | 'artifact' | 'runEvents'>,
  request: {
    readonly startedAtMs: number;
    readonly ttftMs: number | undefined;
    readonly latencyMs: number;
    readonly queueMs: number;
    readonly isCompleted: boolean;
  },
): Alignment {
  const firstDelta = frames.find(({ type, method }) => type === 'delta_run' && method === ANSWER_DELTA);
  if (firstDelta !== undefined && request.ttftMs !== undefined) {
    const offsetMs = Math.max(0, request.ttftMs - firstDelta.atMs);
    // Content that was held back came later than its frame; an answer does not end before its turn has.
    const completed = frames.find(({ method }) => method === TURN_COMPLETED);
    const latestMs = request.isCompleted && completed !== undefined ? Math.max(0, request.latencyMs - completed.atMs) : offsetMs;
    return latestMs < offsetMs ? { clock: 'written', offsetMs: latestMs } : { clock: 'first_delta', offsetMs };
  }
  const last = frames.at(-1);
  const writtenAtMs = timeAt(evidence.frames[0], 'timestamp') ?? timeAt(evidence.artifact, 'timestamp');
  if (last === undefined || writtenAtMs === undefined) return { clock: 'none', offsetMs: request.queueMs };
  const earliestMs = Math.max(0, submittedMs(evidence, request.startedAtMs) + request.queueMs - lastBeginningMs(frames));
  if (!isLetGo(last)) return { clock: 'written', offsetMs: earliestMs };
  const latestMs = writtenAtMs - request.startedAtMs - last.untilMs;
  return { clock: 'written', offsetMs: Math.max(earliestMs, Math.min(latestMs, request.latencyMs)) };
}

/** When the request was handed on to wait for a slot, as the run tells it; else at once. */
export function submittedMs({ runEvents }: Pick<Evidence, 'runEvents'>, startedAtMs: number): number {
  const submittedAtMs = timeAt(
    runEvents.find((row) => textAt(row, 'type') === 'llm_request'),
    'created_at',
  );
  return submittedAtMs === undefined ? 0 : Math.max(0, submittedAtMs - startedAtMs);
}

/** A turn that lost its worker before it began was begun again on another, and the wait for a slot is told up to then. */
function lastBeginningMs(frames: readonly Frame[]): number {
  return frames.findLast(({ type, method }) => type === 'rpc_request' && method === THREAD_START)?.atMs ?? 0;
}

/** Whether this ends the exchange of a turn in good order. */
function isLetGo({ type, method }: Frame): boolean {
  return type === 'rpc_error' || (type === 'rpc_response' && method === THREAD_UNSUBSCRIBE);
}

const ANSWER_DELTA = 'item/agentMessage/delta';
const TURN_COMPLETED = 'turn/completed';
const THREAD_START = 'thread/start';
const THREAD_UNSUBSCRIBE = 'thread/unsubscribe';
