import type { Output } from './terminal.ts';

/** Writes, and waits where the reader is slow. */
export async function print(output: Output, text: string): Promise<void> {
  if (!output.write(text)) await output.drained();
}
