import type { RpcFrame, RpcFrameType } from '@codex-proxy/contracts';
import type { Redact } from '../logger/logger.ts';
import { createTimestamp } from '../logger/timestamp.ts';
import { envelopeText, fieldsText, type RecordSink } from './record-line.ts';

/** What ties the frames of a turn to its request. */
export interface ProtoLogIds {
  readonly request_id: string;
  readonly run_id: string;
  readonly model?: string | undefined;
  readonly thread_id?: string | undefined;
}

/** `proto.ndjson`: metadata of the JSON-RPC frames of a request, a line a frame, as `rpc_frame`. */
export interface ProtoLog {
  /**
   * Writes all frames of a request in one go. `elapsed_ms` counts from the first of them; a run of deltas also has `count`,
   * `duration_ms`, and its longest pause as `max_gap_ms` and `max_gap_after`. False if they were dropped.
   */
  write(ids: ProtoLogIds, frames: readonly RpcFrame[]): boolean;
}

/** Methods come from the worker: those beyond it are still written, but their text is made anew each time. */
const MAX_CACHED_METHODS = 256;

type KindTexts = Map<RpcFrameType, { to_worker?: string; from_worker?: string }>;

/**
 * Builds its lines by hand: a request has about nine frames, and `JSON.stringify` on each would cost more than the request.
 * @param now Milliseconds since the epoch. Default: the system clock.
 */
export function createProtoLog(sink: RecordSink, redact: Redact, now: () => number = Date.now): ProtoLog {
  const timestamp = createTimestamp(now);
  const methods = new Map<string, KindTexts>();
  const envelope = envelopeText('rpc_frame');

  function kindTexts(method: string): KindTexts {
    const known = methods.get(method);
    if (known !== undefined) return known;
    const texts: KindTexts = new Map();
    if (methods.size < MAX_CACHED_METHODS) methods.set(method, texts);
    return texts;
  }

  function kindText(frame: RpcFrame): string {
    const texts = kindTexts(frame.method);
    let byDirection = texts.get(frame.type);
    if (byDirection === undefined) texts.set(frame.type, (byDirection = {}));
    return (byDirection[frame.direction] ??= fieldsText({
      direction: frame.direction,
      frame_type: frame.type,
      ...redact({ rpc_method: frame.method }),
    }));
  }

  function idText(id: string | number | undefined): string {
    if (typeof id === 'number') return Number.isSafeInteger(id) ? `,"rpc_id":${id}` : `,"rpc_id":"${id}"`;
    return id === undefined ? '' : fieldsText(redact({ rpc_id: id }));
  }

  return {
    write(ids, frames) {
      const first = frames[0];
      if (first === undefined) return true;
      const { request_id, run_id, model, thread_id } = ids;
      const head = `{"timestamp":"${timestamp()}${envelope}${fieldsText(redact({ request_id, run_id, model, thread_id }))}`;
      let text = '';
      for (const frame of frames) {
        text += head + kindText(frame) + idText(frame.id);
        text += `,"bytes":${whole(frame.bytes)},"elapsed_ms":${tenths(frame.atMs - first.atMs)}`;
        if (frame.count !== undefined) text += `,"count":${whole(frame.count)}`;
        if (frame.lastAtMs !== undefined) text += `,"duration_ms":${tenths(frame.lastAtMs - frame.atMs)}`;
        if (frame.maxGapMs !== undefined && frame.maxGapMs > 0) {
          text += `,"max_gap_ms":${tenths(frame.maxGapMs)},"max_gap_after":${whole(frame.maxGapAfter ?? 0)}`;
        }
        text += '}\n';
      }
      return sink.write(text, frames.length);
    },
  };
}

/** A count as JSON, whatever it is. */
function whole(value: number): number {
  return value > 0 && value < Number.MAX_SAFE_INTEGER ? Math.round(value) : 0;
}

/** Milliseconds to one decimal, by integers: printing a fraction costs five times as much. */
function tenths(ms: number): string {
  const units = whole(ms * 10);
  const rest = units % 10;
  return `${(units - rest) / 10}.${rest}`;
}
