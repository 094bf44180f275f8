import type { ToolCall, TurnEnd, TurnNotification, TurnObserver, TurnTrace } from '@codex-proxy/worker';
import type { RunRecorder } from './run-recorder.ts';

/** More of a text is not kept in any case. */
const LONGEST_PREVIEW = 4_096;

/** Tells an answer to whoever gives it to the client, and then to the record of its run. */
export class RecordedTurn implements TurnObserver {
  readonly #runId: string;
  readonly #sink: TurnObserver;
  readonly #recorder: RunRecorder;
  #chars = 0;
  #text = '';

  constructor(runId: string, sink: TurnObserver, recorder: RunRecorder) {
    this.#runId = runId;
    this.#sink = sink;
    this.#recorder = recorder;
  }

  onAdmitted(admission: { readonly queueMs: number; readonly workerPid: number }): void {
    this.#sink.onAdmitted(admission);
  }

  onDelta(text: string): void {
    this.#sink.onDelta(text);
    this.#chars += text.length;
    if (this.#recorder.keepsText && this.#text.length < LONGEST_PREVIEW) this.#text += text;
  }

  onToolCall(call: ToolCall): void {
    this.#sink.onToolCall(call);
  }

  onAnswerRestarted(): boolean {
    const isForgotten = this.#sink.onAnswerRestarted();
    if (isForgotten) [this.#chars, this.#text] = [0, ''];
    return isForgotten;
  }

  onNotification(notification: TurnNotification): void {
    this.#recorder.told(this.#runId, notification);
  }

  onEnd(end: TurnEnd): void {
    try {
      // First, so that the run's last event is that it has ended.
      this.#recorder.answered(this.#runId, { text: this.#text, chars: this.#chars }, end);
    } finally {
      this.#sink.onEnd(end);
    }
  }

  onSettled(trace: TurnTrace): void {
    this.#sink.onSettled(trace);
  }
}
