import { surface } from '../isolate.ts';
import type { ToolCall, TurnEnd, TurnNotification, TurnObserver, TurnTrace } from './turn-request.ts';

/** An observer whose defects harm neither its turn nor the others; see `isolate`. */
export class IsolatedObserver implements TurnObserver {
  readonly #observer: TurnObserver;

  constructor(observer: TurnObserver) {
    this.#observer = observer;
  }

  onAdmitted(admission: { readonly queueMs: number; readonly workerPid: number }): void {
    try {
      this.#observer.onAdmitted(admission);
    } catch (error) {
      surface(error);
    }
  }

  onDelta(text: string): void {
    try {
      this.#observer.onDelta(text);
    } catch (error) {
      surface(error);
    }
  }

  onToolCall(call: ToolCall): void {
    try {
      this.#observer.onToolCall(call);
    } catch (error) {
      surface(error);
    }
  }

  onAnswerRestarted(): boolean {
    try {
      return this.#observer.onAnswerRestarted();
    } catch (error) {
      surface(error);
      return false;
    }
  }

  onNotification(notification: TurnNotification): void {
    try {
      this.#observer.onNotification?.(notification);
    } catch (error) {
      surface(error);
    }
  }

  onEnd(end: TurnEnd): void {
    try {
      this.#observer.onEnd(end);
    } catch (error) {
      surface(error);
    }
  }

  onSettled(trace: TurnTrace): void {
    try {
      this.#observer.onSettled(trace);
    } catch (error) {
      surface(error);
    }
  }
}
