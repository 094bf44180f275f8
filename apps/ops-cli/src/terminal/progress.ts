import { clip } from '../text/printable.ts';
import type { Output } from './terminal.ts';

const FIRST_MS = 1_000;
const EVERY_MS = 200;

/** A line that says how far something is, on a terminal, from the second second on. */
export interface Progress {
  /** Asks for the text only when it is shown. */
  show(text: () => string): void;
  /** Takes the line away. */
  clear(): void;
}

/** @param monotonicMs Default: the clock of the process. */
export function createProgress(output: Output, monotonicMs: () => number = () => performance.now()): Progress {
  let dueAtMs = monotonicMs() + FIRST_MS;
  let isShown = false;
  return {
    show(text) {
      if (!output.isTTY || monotonicMs() < dueAtMs) return;
      dueAtMs = monotonicMs() + EVERY_MS;
      isShown = true;
      output.write(`\r\u001b[2K${clip(text(), (output.columns ?? 80) - 1)}`);
    },
    clear() {
      if (isShown) output.write('\r\u001b[2K');
      isShown = false;
    },
  };
}
