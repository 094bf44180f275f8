import { affordableRounds, type Budget } from './budget.ts';
import { LONGEST_PERIOD, MARGIN, periodAt, repetitionEnd, roundOf, SPAN } from './period.ts';
import { accountAt, type ScanState } from './scan-state.ts';
import { SURROUNDING } from './surroundings.ts';

/**
 * Leaps over what repeats itself. A detector sees only so far to either side, so that in a text which repeats every `period`
 * characters it says at one place what it said a multiple of the period before. Where a whole round of the scan's state found nothing,
 * no further round will: a text made to be slow to scan is nearly always one that repeats itself.
 */
export class Repetition {
  /** The scan stops here, to ask `leap`. Far away in most texts. */
  next: number;
  #round: Round | undefined;

  constructor(at: number) {
    this.next = at + SPAN;
  }

  /**
   * Where to go on: `at`, or a whole number of rounds behind it. Moves the window and the next block of `state` along.
   * @param misses Places that were looked at closer, and in vain, since the last stop.
   * @param budget What is leapt over is paid for as if it had been gone through.
   */
  leap(text: string, at: number, state: ScanState, misses: number, budget: Budget): number {
    const round = this.#round;
    const isSlow = misses > SPAN / DENSITY || state.window !== undefined;
    this.#round = undefined;
    if (round === undefined) {
      this.#enter(text, at, isSlow);
      return at;
    }
    if (round.before === undefined && isSettled(state, at, budget.unwatched)) {
      this.#round = { ...round, before: picture(state, at) };
      this.next = at + round.length;
      return at;
    }
    this.next = at + SPAN;
    if (round.before === undefined || !isSame(round.before, picture(state, at))) return at;
    const paid = state.paid - round.before.paid;
    const newPlaces = state.newPlaces - round.before.newPlaces;
    const affordable = affordableRounds(accountAt(state, at), { earned: round.length, paid, newPlaces }, budget);
    const rounds = Math.min(affordable, Math.floor((round.end - at - MARGIN) / round.length));
    if (rounds <= 0) return at;
    const distance = rounds * round.length;
    state.paid += rounds * paid;
    state.newPlaces += rounds * newPlaces;
    if (state.window !== undefined) state.window = { start: state.window.start + distance, end: state.window.end + distance };
    state.block = -1;
    this.next = at + distance + SPAN;
    return at + distance;
  }

  #enter(text: string, at: number, isSlow: boolean): void {
    this.next = at + SPAN;
    const period = isSlow ? periodAt(text, at) : 0;
    if (period === 0) return;
    const end = repetitionEnd(text, at, period);
    const length = roundOf(period);
    if (end - at < 2 * length + 2 * MARGIN) {
      this.next = Math.max(this.next, end);
      return;
    }
    this.#round = { end, length, before: undefined };
    this.next = at + MARGIN;
  }
}

interface Round {
  /** Where the text stops repeating itself. */
  readonly end: number;
  /** Of one round: the scan's own steps come out even as well. */
  readonly length: number;
  /** The state of the scan when the round began; undefined until then. */
  readonly before: Picture | undefined;
}

/** What of a scan's state matters to what it will find, by distance from where it is. */
interface Picture {
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly lastLiteral: string;
  /** Not compared, nor are places that looked new: the difference is what a round costs. */
  readonly paid: number;
  readonly newPlaces: number;
}

/** One miss in so many characters is what makes a text slow. */
const DENSITY = 64;

function picture({ window, lastLiteral, paid, newPlaces }: ScanState, at: number): Picture {
  return { windowStart: (window?.start ?? at) - at, windowEnd: (window?.end ?? at) - at, lastLiteral, paid, newPlaces };
}

/** Whether the surroundings of a round have been seen, or are not watched: what it costs, every other will. */
export function isSettled({ account, isFree }: ScanState, at: number, unwatched: number): boolean {
  return isFree || account + at >= unwatched + LONGEST_PERIOD + SURROUNDING;
}

function isSame(one: Picture, other: Picture): boolean {
  return one.windowStart === other.windowStart && one.windowEnd === other.windowEnd && one.lastLiteral === other.lastLiteral;
}
