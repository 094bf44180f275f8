import type { RpcFrame } from '@codex-proxy/contracts';

const DELTA_METHOD = 'item/agentMessage/delta';
const MAX_FRAMES = 10_000;
const MAX_PAYLOAD_BYTES = 4_194_304;

/**
 * Collects the metadata of a turn's frames, in order, the first 10,000; consecutive deltas become one entry. Payloads are kept only
 * where they were asked for, and only the first 4 MiB of them, by their size on the wire.
 */
export class FrameTrace {
  readonly frames: RpcFrame[] = [];
  readonly #keepsPayloads: boolean;
  #payloadBytes = 0;
  #run: RpcFrame | undefined;

  constructor(options: { readonly keepsPayloads: boolean }) {
    this.#keepsPayloads = options.keepsPayloads;
  }

  add(frame: Omit<RpcFrame, 'payload'>, payload: unknown): void {
    this.#run = undefined;
    this.#push(this.#keepsPayloads && this.#hasRoomFor(frame.bytes) ? { ...frame, payload } : frame);
  }

  addDelta(bytes: number, atMs: number): void {
    const run = this.#run;
    if (run === undefined) {
      this.#run = {
        type: 'delta_run',
        direction: 'from_worker',
        method: DELTA_METHOD,
        atMs,
        bytes,
        count: 1,
        lastAtMs: atMs,
        maxGapMs: 0,
        maxGapAfter: 0,
      };
      this.#push(this.#run);
      return;
    }
    run.bytes += bytes;
    const gapMs = atMs - (run.lastAtMs ?? atMs);
    if (gapMs > (run.maxGapMs ?? 0)) {
      run.maxGapMs = gapMs;
      run.maxGapAfter = run.count ?? 0;
    }
    run.count = (run.count ?? 0) + 1;
    run.lastAtMs = atMs;
  }

  #hasRoomFor(bytes: number): boolean {
    this.#payloadBytes += bytes;
    return this.#payloadBytes <= MAX_PAYLOAD_BYTES;
  }

  #push(frame: RpcFrame): void {
    if (this.frames.length < MAX_FRAMES) this.frames.push(frame);
  }
}
