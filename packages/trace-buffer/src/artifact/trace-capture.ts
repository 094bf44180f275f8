import type { Outcome, RpcFrame } from '@codex-proxy/contracts';

/** What is known of a request when it has ended. Frames are kept by reference, as they were on the wire, until they are redacted. */
export interface TraceCapture {
  /** `req_…`, as the proxy made it; others are passed over. */
  readonly requestId: string;
  readonly runId: string;
  readonly model?: string | undefined;
  readonly outcome: Outcome;
  readonly durationMs: number;
  /** Since the epoch. */
  readonly endedAtMs: number;
  readonly frames: readonly RpcFrame[];
}

/** Whether its turn began while payloads were wanted: a turn begins with a request, which has one. */
export function hasPayloads(capture: TraceCapture): boolean {
  return capture.frames[0]?.payload !== undefined;
}

/** Bytes on the wire of the payloads that a capture keeps alive. */
export function keptBytes(capture: TraceCapture): number {
  let bytes = 0;
  for (const frame of capture.frames) if (frame.payload !== undefined) bytes += frame.bytes;
  return bytes;
}
