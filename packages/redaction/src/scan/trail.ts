import { REACH_LEFT, REACH_RIGHT } from './detector.ts';
import { FAR, LONGEST_LITERAL } from './prefilter.ts';
import type { ScanState } from './scan-state.ts';

/** Where a scan may go on without looking at what lies between. */
export interface Guide {
  /** The scan stops here, to ask `lead`. */
  readonly next: number;
  /** A scan begins to look behind a find, at `origin` of its text; in what comes of the text that is `floor`. */
  depart(floor: number, origin: number): void;
  /** It came to `at` without a find: where to go on. Moves `state` along. */
  lead(at: number, state: ScanState): number;
  /** It found something that begins at `start`, or nothing more: `FAR`. */
  arrive(start: number): void;
  /** What comes of the text has a placeholder, or some of them, between `start` and `end`; what stands before them there was not looked at. */
  wrote(start: number, end: number): void;
  /** Up to where behind `floor` all was looked at and is as it was. 0 if that is not known. */
  ahead(floor: number): number;
  /** A find or a placeholder ends at `origin`: behind which one to go on, if all up to there is as it was, with all that is seen from there. */
  onward(origin: number): number;
}

/**
 * The way of a first pass over a text, and of those behind it, which come the same way. What a detector says depends on what it sees, and between
 * two finds that are far apart that is the same again, but for the neighbours of the placeholders.
 */
export class Trail implements Guide {
  next = FAR;
  readonly #legs = new Map<number, Leg>();
  /** Starts and ends, in turns. */
  readonly #placeholders: number[] = [];
  /** Where a find ended, or a placeholder that stood there already. */
  readonly #ends: number[] = [];
  #floor = 0;
  #origin = 0;
  #first: Step | undefined;
  readonly #steps: Step[] = [];

  depart(floor: number, origin: number): void {
    this.#floor = floor;
    this.#origin = origin;
    this.#first = undefined;
    this.#steps.length = 0;
    this.#ends.push(floor);
    this.next = origin + FIRST_STEP;
  }

  lead(at: number, state: ScanState): number {
    const step = stepOf(at, this.#origin, state);
    this.#first ??= step;
    this.#steps.push(step);
    if (this.#steps.length > REMEMBERED) this.#steps.shift();
    this.next = at + STRIDE;
    return at;
  }

  arrive(start: number): void {
    const [first, end] = [this.#first, distanceOf(start, this.#origin)];
    if (first === undefined) return;
    const last = this.#steps.findLast(({ distance, window }) => distance + SEEN <= end && (window === undefined || window.end <= end));
    if (last !== undefined && last !== first) this.#legs.set(this.#floor, { first, last, end });
  }

  wrote(start: number, end: number): void {
    this.#placeholders.push(start, end);
  }

  ahead(): number {
    return 0;
  }

  onward(origin: number): number {
    return origin;
  }

  /** Leads a second pass, which pays for nothing, where it is as the first was, to where the first was shortly before its next find. */
  again(): Return {
    return new Return(this.#legs, this.#placeholders, this.#ends);
  }
}

/** A second pass, or a third. */
class Return implements Guide {
  next = FAR;
  readonly #legs: ReadonlyMap<number, Leg>;
  readonly #placeholders: readonly number[];
  /** Where a find or placeholder ended that the pass before came to. */
  readonly #ends: readonly number[];
  #passed = 0;
  #ended = 0;
  #floor = 0;
  #origin = 0;
  #leg: Leg | undefined;
  readonly #nextLegs = new Map<number, Leg>();
  readonly #nextPlaceholders: number[] = [];
  readonly #nextEnds: number[] = [];

  constructor(legs: ReadonlyMap<number, Leg>, placeholders: readonly number[], ends: readonly number[]) {
    this.#legs = legs;
    this.#placeholders = placeholders;
    this.#ends = ends;
  }

  depart(floor: number, origin: number): void {
    this.#floor = floor;
    this.#origin = origin;
    this.#leg = this.#legs.get(origin);
    this.#nextEnds.push(floor);
    this.next = this.#leg === undefined ? FAR : origin + this.#leg.first.distance;
  }

  lead(at: number, state: ScanState): number {
    this.next = FAR;
    if (this.#leg === undefined || !isSame(this.#leg.first, stepOf(at, state.floor, state))) return at;
    const { distance, window } = this.#leg.last;
    state.window = window === undefined ? undefined : { start: window.start + state.floor, end: window.end + state.floor };
    const ahead = state.floor + distance;
    // To look for a block anew is to go through all that has none.
    if (state.window !== undefined || state.block < ahead) state.block = -1;
    return ahead;
  }

  arrive(start: number): void {
    this.next = FAR;
    if (this.#leg?.end === distanceOf(start, this.#origin)) this.#nextLegs.set(this.#floor, this.#leg);
  }

  wrote(start: number, end: number): void {
    this.#nextPlaceholders.push(start, end);
  }

  ahead(floor: number): number {
    while (floor >= (this.#placeholders[this.#passed + 1] ?? FAR)) this.#passed += 2;
    return this.#placeholders[this.#passed] ?? FAR;
  }

  onward(origin: number): number {
    const farthest = this.ahead(origin) - SEEN;
    if (origin < (this.#placeholders[this.#passed - 1] ?? -FAR) + FIRST_STEP) return origin;
    while ((this.#ends[this.#ended + 1] ?? FAR) <= farthest) this.#ended += 1;
    return Math.max(origin, this.#ends[this.#ended] ?? 0);
  }

  /** Leads a pass behind this one, which comes to where something new was found, and past all else. */
  again(): Return {
    return new Return(this.#nextLegs, this.#nextPlaceholders, this.#nextEnds);
  }
}

/** From one find to the next. */
interface Leg {
  readonly first: Step;
  readonly last: Step;
  /** How far the next find is. */
  readonly end: number;
}

/** What of a scan's state matters to what it will find, by distance from the find before. */
interface Step {
  readonly distance: number;
  readonly window: ScanState['window'];
}

/** Nothing further behind is seen from a place. */
const SEEN = REACH_RIGHT + LONGEST_LITERAL;
/** From here on the find before is not seen. */
const FIRST_STEP = REACH_LEFT + LONGEST_LITERAL;
const STRIDE = 2048;
/** Of the last so many steps one is far enough from the next find, and from a run of base64 that the find is in. */
const REMEMBERED = 4;

function distanceOf(start: number, origin: number): number {
  return start === FAR ? FAR : start - origin;
}

function stepOf(at: number, origin: number, { window }: ScanState): Step {
  const moved = window === undefined ? undefined : { start: window.start - origin, end: window.end - origin };
  return { distance: at - origin, window: moved };
}

function isSame(one: Step, other: Step): boolean {
  return one.distance === other.distance && one.window?.start === other.window?.start && one.window?.end === other.window?.end;
}
