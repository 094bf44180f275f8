import type { CharClass } from '../scan/char-class.ts';
import type { Effort } from '../scan/detector.ts';

/** Makes the random parts of an example. */
export interface ExampleSource {
  /** `length` characters drawn from a class list such as `A-Za-z0-9`. */
  pick(list: string, length: number): string;
  /** A number from 0 to `below` - 1. */
  index(below: number): number;
}

/** Where a match stands, for validators that need to see what is around it. */
export interface MatchPlace {
  readonly text: string;
  /** What stands before is out already. */
  readonly floor: number;
  readonly start: number;
  readonly end: number;
}

/** One kind of thing that is taken out, as data: what a scan looks for, how a find is checked, and how to make one. */
export interface Rule {
  /** In snake case; stands in the placeholder, `[redacted:id]`, unless there is a `type`. */
  readonly id: string;
  /** Placeholder type, where several rules find the same kind of thing. */
  readonly type?: string;
  readonly description: string;
  /** Token formats, in the notation of `parseFormat`. A rule has these, or a `pattern`, or both. */
  readonly formats?: readonly string[];
  readonly pattern?: RulePattern;
  /** Checksum, randomness, structure. `secret` is the match without what is kept. Default for formats: it is not `xxxx`-like. */
  readonly validate?: (secret: string, place: MatchPlace) => boolean;
  /** A made-up text that the rule redacts; built from random parts, so that no secret-shaped literal stands in any file. */
  readonly example?: (random: ExampleSource) => string;
}

/** A character of `first` after one of `before` and before one of `second`, with one of `fourth`, or one beyond ASCII, two places on. */
export interface PatternStart {
  /** Of the character before that. Default: any. */
  readonly earlier?: CharClass;
  readonly before: CharClass;
  readonly first: CharClass;
  readonly second: CharClass;
  readonly fourth?: CharClass;
  /** How many characters before that a word must begin. Default: not said here. */
  readonly lead?: number;
  /** What the documentation says that is looked for. Default: a number. */
  readonly shown?: string;
}

/** What a format cannot say. */
export interface RulePattern {
  /** At least one of these stands in every match; without one in the text the expression never runs. */
  readonly literals: readonly string[];
  /** Instead of literals, for what has none: one of these. */
  readonly starts?: readonly PatternStart[];
  /**
   * How many characters to either side decide, all in all, of a rule that looks at many places. Where no placeholder is nearer a second pass
   * need not ask again. Default: as many as any rule may look at.
   */
  readonly reach?: number;
  /** See `Effort`: what its place takes, if that is not what most do. */
  readonly effort?: Effort;
  /** A cheap look before the expression is tried. */
  readonly precheck?: (text: string, at: number, floor: number) => boolean;
  /**
   * Tried where a literal starts, or where the run of characters that leads to it does. Each quantifier is bounded, so that the work
   * at one place is. What a group named `keep` matches, always first, stays.
   */
  readonly expression: RegExp;
  /** Where a match of the expression really ends, for what an expression cannot count; -1 if it is none. */
  readonly measure?: (text: string, start: number) => number;
  /** Characters before the literal that belong to the match. */
  readonly leads?: { readonly members: CharClass; readonly max: number };
  /** Where a match begins whose `expression` is tried at the literal, at most `LONGEST_LEAD` before it: for leads that no class names. */
  readonly leadStart?: (text: string, at: number, floor: number) => number;
  /** `word`, the default: no letter or digit may stand before the match. */
  readonly boundary?: 'word' | 'none';
  /** What a match goes on over, however long. */
  readonly tail?: CharClass;
  /** What ends the tail sooner: it is not taken. */
  readonly tailUntil?: string;
}

/** The longest number, the key before it that may say that it names something, and what may stand behind it. */
export const REACH_OF_NUMBERS = 64;
