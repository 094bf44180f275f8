import { printable } from '../text/printable.ts';
import { hang } from '../text/wrap.ts';
import type { Output } from './terminal.ts';

/** A sentence of the program itself, beside what it prints: `codex-ops: …`, wrapped where that is a terminal. */
export function say(output: Output, sentence: string): void {
  output.write(`${hang('', printable(`codex-ops: ${sentence}`), output.columns ?? Number.POSITIVE_INFINITY).join('\n')}\n`);
}
