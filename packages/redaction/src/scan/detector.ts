import type { CharClass } from './char-class.ts';

/** A part of a text, and what it is. `type` goes into the placeholder; an empty one means that the part stays as it is. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly type: string;
  /** What the part goes on over, however long that is. */
  readonly tail?: Tail | undefined;
}

export interface Tail {
  readonly members: CharClass;
  /** Where the tail ends sooner: this text, and what follows it out of `closing`. */
  readonly until?: { readonly text: string; readonly closing: CharClass };
  /** Whether characters beyond ASCII are members, too. */
  readonly isOpen?: boolean;
}

/**
 * What makes a detector look: a literal, or a character of `first` after one of `before`. Where they are given, one of `earlier` stands before
 * both, one of `second` behind, with one of `fourth` two places on, or there a character beyond ASCII, and where a word begins `lead` characters before.
 */
export type Trigger =
  | { readonly literal: string; readonly ignoreCase: boolean }
  | {
      readonly earlier?: CharClass;
      readonly before: CharClass;
      readonly first: CharClass;
      readonly second?: CharClass;
      readonly fourth?: CharClass;
      readonly lead?: number;
    };

/** How long a detector takes at most, in units of which each takes half as long as a character of a log (ADR 0011). What of it a text can afford, its budget says. */
export interface Effort {
  /** To look at a place in vain. Default 16; 100 at a literal of eight characters or more that is no word. */
  readonly inVain?: number;
  /** What it takes beyond that where another literal was looked at last: all that is asked for lies elsewhere. Default 0. */
  readonly inTurns?: number;
  /**
   * What it takes beyond that where what stands before `at` makes it look closer, or what stands behind, of which some may be a placeholder the
   * next time: it must not take more then.
   * @param isLast Whether this was the last place that it looked at, and what it found out there need not be found out again.
   */
  readonly closer?: (text: string, at: number, floor: number, isLast: boolean) => number;
  /** To find something, and to go over what is left once more. Default 130. */
  readonly found?: number;
}

export const EFFORT_IN_VAIN = 16;
export const EFFORT_AT_LONG_LITERAL = 100;
export const EFFORT_OF_FIND = 130;

/**
 * Looks at one place of a text. `at` is where the trigger's literal (or its `first` character) starts; nothing before `floor` may be
 * taken, for it is out already. It reads at most `REACH_LEFT` characters to the left of `at` and `REACH_RIGHT` to the right: that
 * makes the whole linear, and lets a stream be judged as its whole would be.
 */
export interface Detector {
  readonly triggers: readonly Trigger[];
  /** Whether a find must begin a word; the scan then asks no further where one cannot begin. */
  readonly startsWord: boolean;
  readonly effort?: Effort | undefined;
  /**
   * How many characters to either side it looks at, if they are few. It then finds a part of the text or nothing, but never says of one that it
   * stays as it is. Default: as many as any may.
   */
  readonly reach?: number | undefined;
  find(text: string, at: number, floor: number): Found | undefined;
}

export const REACH_LEFT = 384;
export const REACH_RIGHT = 2560;
/** No find begins further to the left of its trigger than this. */
export const LONGEST_LEAD = 128;
