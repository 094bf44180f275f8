import type { RpcFrame, RpcFrameType, TraceEvent } from '@codex-proxy/contracts';
import type { Redactor } from '@codex-proxy/redaction';
import { elapsedMs, whole } from './number.ts';
import { TOO_LARGE, type PayloadShaper } from './payload-shape.ts';

export interface Redaction {
  /** Profile `trace` is used. */
  readonly redactor: Pick<Redactor, 'value' | 'text'>;
  /** Takes known secrets out of a text before the redactor looks at it. */
  readonly hide: (text: string) => string;
}

type PayloadField = 'params' | 'result' | 'error';

const PAYLOAD_FIELDS: Readonly<Record<Exclude<RpcFrameType, 'delta_run'>, PayloadField>> = {
  rpc_request: 'params',
  rpc_notification: 'params',
  server_request: 'params',
  rpc_response: 'result',
  server_response: 'result',
  rpc_error: 'error',
};

const MAX_METHOD_LENGTH = 128;
const MAX_ID_LENGTH = 128;

/** What the frames of an artifact have in common. */
export interface EventContext extends Redaction {
  /** Of the first frame. */
  readonly startAtMs: number;
  readonly shaper: PayloadShaper;
}

/** One frame as the artifact has it. */
export function traceEvent(frame: RpcFrame, context: EventContext): TraceEvent {
  const { startAtMs, shaper, redactor } = context;
  const { type, direction, bytes, payload } = frame;
  const method = redactText(frame.method, MAX_METHOD_LENGTH, context);
  const atMs = elapsedMs(startAtMs, frame.atMs);
  if (type === 'delta_run') {
    return {
      type,
      direction,
      method,
      count: whole(frame.count ?? 1),
      bytes: whole(bytes),
      first_at_ms: atMs,
      last_at_ms: elapsedMs(startAtMs, frame.lastAtMs ?? frame.atMs),
      max_gap_ms: elapsedMs(0, frame.maxGapMs ?? 0),
    };
  }
  const head = { type, direction, method, ...idOf(frame, context), at_ms: atMs, bytes: whole(bytes), redacted: true } as const;
  if (payload === undefined) return head;
  const shape = shaper.shapeOf(payload);
  return shape === TOO_LARGE ? { ...head, truncated: true } : { ...head, [PAYLOAD_FIELDS[type]]: redactor.value(shape, 'trace') ?? null };
}

/** Undefined if there is none to leave out. */
export function withoutPayload(event: TraceEvent): TraceEvent | undefined {
  if (event.type === 'delta_run') return undefined;
  const { params, result, error, ...head } = event;
  return params === undefined && result === undefined && error === undefined ? undefined : { ...head, truncated: true };
}

function idOf({ id }: RpcFrame, redaction: Redaction): { id?: string | number } {
  if (id === undefined) return {};
  return { id: typeof id === 'number' && Number.isSafeInteger(id) ? id : redactText(String(id), MAX_ID_LENGTH, redaction) };
}

function redactText(text: string, maxLength: number, { redactor, hide }: Redaction): string {
  return redactor.text(hide(text), 'trace').slice(0, maxLength);
}
