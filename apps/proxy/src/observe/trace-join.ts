import type { RpcFrame, TerminalRecord } from '@codex-proxy/contracts';
import type { TraceBuffer } from '@codex-proxy/trace-buffer';

interface Ended {
  readonly terminal: TerminalRecord;
  readonly endedAtMs: number;
}

/** Requests of which one half is known. Both halves always come; the limit is for the day when one does not. */
const MAX_HALVES = 4_096;

/**
 * Brings the two ends of a request together for its trace: the response is closed, which gives the outcome, and the worker has let go of
 * the turn, which gives the frames. Either comes first.
 */
export class TraceJoin {
  readonly #buffer: TraceBuffer;
  readonly #nowMs: () => number;
  readonly #ended = new Map<string, Ended>();
  readonly #frames = new Map<string, readonly RpcFrame[]>();

  constructor(buffer: TraceBuffer, nowMs: () => number) {
    this.#buffer = buffer;
    this.#nowMs = nowMs;
  }

  /** Whether the frames of turns that begin now have to keep their payloads. */
  get capturesPayloads(): boolean {
    return this.#buffer.wantsPayloads;
  }

  /** Requests that met no worker have nothing to trace. */
  ended(terminal: TerminalRecord): void {
    const { request_id: requestId, worker_pid: workerPid } = terminal;
    const frames = this.#frames.get(requestId);
    const ended = { terminal, endedAtMs: this.#nowMs() };
    if (frames !== undefined) {
      this.#frames.delete(requestId);
      this.#record(ended, frames);
    } else if (this.#buffer.enabled && workerPid !== undefined) keep(this.#ended, requestId, ended);
  }

  settled(requestId: string, frames: readonly RpcFrame[]): void {
    const ended = this.#ended.get(requestId);
    if (ended !== undefined) {
      this.#ended.delete(requestId);
      this.#record(ended, frames);
    } else if (this.#buffer.enabled && frames.length > 0) keep(this.#frames, requestId, frames);
  }

  #record({ terminal, endedAtMs }: Ended, frames: readonly RpcFrame[]): void {
    const { request_id: requestId, run_id: runId, model, outcome, latency_ms: durationMs } = terminal;
    this.#buffer.record({ requestId, runId, model, outcome, durationMs, endedAtMs, frames });
  }
}

function keep<T>(halves: Map<string, T>, requestId: string, half: T): void {
  if (halves.size >= MAX_HALVES) {
    const [oldest] = halves.keys();
    if (oldest !== undefined) halves.delete(oldest);
  }
  halves.set(requestId, half);
}
