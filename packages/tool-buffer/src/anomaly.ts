import type { ToolBufferAbortReason } from '@codex-proxy/contracts';

/** How long an abort is an anomaly: two minutes, as the incident runbook's alert has it. */
export const ANOMALY_WINDOW_MS = 120_000;

/** Whether a block was lately given up for a reason that the reader did not cause: what `codex_tool_buffer_anomaly` shows. */
export class ToolBufferAnomaly {
  readonly #monotonicMs: () => number;
  #untilMs = -Infinity;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Takes note of an abort. A reader that goes away is none. */
  onAborted(reason: ToolBufferAbortReason): void {
    if (reason !== 'disconnect') this.#untilMs = this.#monotonicMs() + ANOMALY_WINDOW_MS;
  }

  /** True from the abort on, until {@link ANOMALY_WINDOW_MS} have passed. */
  get active(): boolean {
    return this.#monotonicMs() < this.#untilMs;
  }
}
