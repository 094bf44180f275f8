import type { ToolCall, TurnEnd, TurnObserver, TurnTrace } from '@codex-proxy/worker';

/**
 * Tells a turn to whoever gives it to the client. What that one throws, by a defect, ends its request: whoever called from the worker's side
 * has no answer to give, and without one the client would wait for as long as it can.
 */
export class GuardedTurn implements TurnObserver {
  readonly #sink: TurnObserver;
  readonly #onDefect: (error: unknown) => void;

  constructor(sink: TurnObserver, onDefect: (error: unknown) => void) {
    this.#sink = sink;
    this.#onDefect = onDefect;
  }

  onAdmitted(admission: { readonly queueMs: number; readonly workerPid: number }): void {
    try {
      this.#sink.onAdmitted(admission);
    } catch (error) {
      this.#onDefect(error);
    }
  }

  onDelta(text: string): void {
    try {
      this.#sink.onDelta(text);
    } catch (error) {
      this.#onDefect(error);
    }
  }

  onToolCall(call: ToolCall): void {
    try {
      this.#sink.onToolCall(call);
    } catch (error) {
      this.#onDefect(error);
    }
  }

  onAnswerRestarted(): boolean {
    try {
      return this.#sink.onAnswerRestarted();
    } catch (error) {
      this.#onDefect(error);
      return false;
    }
  }

  onEnd(end: TurnEnd): void {
    try {
      this.#sink.onEnd(end);
    } catch (error) {
      this.#onDefect(error);
    }
  }

  /** The client has its answer: nobody waits for what comes of this. */
  onSettled(trace: TurnTrace): void {
    this.#sink.onSettled(trace);
  }
}
