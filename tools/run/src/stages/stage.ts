import type { ChildOptions } from '../child.ts';
import type { Tally } from '../tally/tally.ts';

/** Where and how a stage runs. */
export interface StageContext extends ChildOptions {
  /** Tells whoever waits what takes long; never part of a stage's output. */
  readonly say: (line: string) => void;
}

export interface StageEnd {
  readonly tally: Tally;
  /** What its programs printed; empty when they wrote to the terminal themselves. */
  readonly output: string;
}

/** One part of `npm test`. `args` are handed on to its program. */
export type Stage = (context: StageContext, args: readonly string[]) => Promise<StageEnd>;
