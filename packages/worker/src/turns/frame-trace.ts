import type { RpcFrame, RpcFrameType } from '@codex-proxy/contracts';
import type { RpcId } from '../protocol/messages.ts';

const DELTA_METHOD = 'item/agentMessage/delta';
const MAX_FRAMES = 10_000;

/** Collects the metadata of a turn's frames, in order, the first 10,000; consecutive deltas become one entry. */
export class FrameTrace {
  readonly frames: RpcFrame[] = [];
  #run: RpcFrame | undefined;

  add(type: RpcFrameType, direction: RpcFrame['direction'], method: string, bytes: number, atMs: number, id?: RpcId): void {
    this.#run = undefined;
    this.#push({ type, direction, method, id, atMs, bytes });
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
      };
      this.#push(this.#run);
      return;
    }
    run.bytes += bytes;
    run.count = (run.count ?? 0) + 1;
    const gapMs = atMs - (run.lastAtMs ?? atMs);
    if (gapMs > (run.maxGapMs ?? 0)) run.maxGapMs = gapMs;
    run.lastAtMs = atMs;
  }

  #push(frame: RpcFrame): void {
    if (this.frames.length < MAX_FRAMES) this.frames.push(frame);
  }
}
