import { PLACEHOLDER_START } from '../placeholder.ts';
import { clearBill, DENSE_TEXT, EARNED_BY_FIND, incomeOf, isBeforePlaceholder, type Bill, type Budget } from './budget.ts';
import { ANY, charClass, complement } from './char-class.ts';
import { LONGEST_LEAD, type Found, type Tail } from './detector.ts';
import { addEfforts, effortOfLook } from './look.ts';
import type { Prefilter } from './prefilter.ts';
import { earnFrom, skipTo, startAnew, stopAt, surroundingsOf, type ScanState } from './scan-state.ts';
import { SURROUNDING } from './surroundings.ts';

/** Keeps a scan to the budget of its text. */
export interface Payments {
  readonly budget: Budget;
  /** Where lines are kept, and one ended before `at`, what stands behind it has a budget of its own. */
  enterLine(text: string, at: number, state: ScanState): void;
  /** Pays the bill for a miss at `at`, in a text that is not free, and says whether that was more than there is. */
  pay(text: string, at: number, head: number, state: ScanState): boolean;
  /** Pays at `at`, where a window of base64 opens, for so many characters that will be decoded; says whether that was more than there is. */
  payWindow(text: string, at: number, length: number, state: ScanState): boolean;
  /** Pays at `at`, where a window of base64 ends, for what was done in it, but not for one that was cut: it ends sooner than the last time, and has earned less. */
  payDecoded(text: string, at: number, isCut: boolean, state: ScanState): boolean;
  /** All from the first place on where something might have begun that was not seen yet. */
  denseFrom(text: string, at: number, state: ScanState): Found;
  /**
   * At `at` something was found that took so much effort: that is paid when it is left. Unless it stays as it is, with it what stands before, for it
   * is gone over again; of a long way there, no more than later passes go.
   */
  owe(state: ScanState, at: number, effort: number, isOut: boolean): void;
  /** What stands before a find is paid for as it will be when it is judged again, beside a placeholder. */
  denseBefore(text: string, found: Found, state: ScanState): Found | undefined;
  /** Goes behind a find. */
  leave(text: string, state: ScanState, found: Found): void;
  /** Goes on behind what a find goes on over. */
  leaveTail(state: ScanState, end: number): void;
}

/** What is left of a text, or of a line of one that keeps its lines. */
const REST_OF_TEXT: Tail = { members: ANY, isOpen: true };
const REST_OF_LINE: Tail = { members: complement(charClass('\r\n')), isOpen: true };

const FARTHEST_BACK = 4096;

/** What it takes to decode a part of a text, and beyond that each character of it. */
const EFFORT_TO_DECODE = 45;
const EFFORT_OF_DECODED = 0.5;

const DENSE_START = `${PLACEHOLDER_START}${DENSE_TEXT}`;

export function createPayments(
  { heads, choices }: Pick<Prefilter, 'heads' | 'choices'>,
  mayBegin: (text: string, at: number, head: number) => boolean,
  budget: Budget,
  bill: Bill,
): Payments {
  const { unwatched, noise, repeated } = budget;

  /** Whether more was paid than there is, `at` being reached. Asked often: nothing is made for it. */
  function isOverdrawn({ account, paid, newPlaces }: ScanState, at: number): boolean {
    return incomeOf(account + at, budget) < paid || noise.allowance + account + at < newPlaces * noise.cost;
  }

  function enterLine(text: string, at: number, state: ScanState): void {
    if (!state.keepsLines || at <= state.lineSeen) return;
    const end = text.indexOf('\n', state.lineSeen);
    if (end !== -1 && end < at) {
      earnFrom(state, text.lastIndexOf('\n', at - 1) + 1);
      state.lineSeen = at;
    } else state.lineSeen = end === -1 ? text.length : end;
  }

  function pay(text: string, at: number, head: number, state: ScanState): boolean {
    const { inVain } = bill;
    if (isBeforePlaceholder(text, at)) {
      clearBill(bill);
      return false;
    }
    if (state.keepsLines) enterLine(text, at, state);
    // Who is asked is told by what stands two characters before, too, and that may be taken out.
    if (at >= state.floor + 2) state.paid += effortOfLook(text, at, head, choices);
    if (inVain > 0) payForLooks(text, at, state);
    return isOverdrawn(state, at);
  }

  function payWindow(text: string, at: number, length: number, state: ScanState): boolean {
    if (state.isFree) return false;
    if (state.keepsLines) enterLine(text, at, state);
    state.paid += EFFORT_TO_DECODE + Math.ceil(length * EFFORT_OF_DECODED);
    return isOverdrawn(state, at);
  }

  function payDecoded(text: string, at: number, isCut: boolean, state: ScanState): boolean {
    const { decoded } = bill;
    bill.decoded = 0;
    if (state.isFree || isCut || decoded === 0) return false;
    if (state.keepsLines) enterLine(text, at, state);
    state.paid += decoded;
    return isOverdrawn(state, at);
  }

  function payForLooks(text: string, at: number, state: ScanState): void {
    const { inVain, turning, closer, otherCloser, isAsked } = bill;
    clearBill(bill);
    state.paid += inVain;
    if (turning !== undefined && turning.literal !== state.lastLiteral) {
      state.paid += turning.inTurns;
      state.lastLiteral = turning.literal;
    }
    if (state.account + at < unwatched) return;
    if (closer !== undefined) state.paid += closer.closer?.(text, at - closer.offset, state.floor, isAsked) ?? 0;
    if (otherCloser !== undefined) state.paid += otherCloser.closer?.(text, at - otherCloser.offset, state.floor, isAsked) ?? 0;
    // Near a find nothing is compared: a placeholder stands there the next time.
    if (noise.cost === 0 || at < state.floor + SURROUNDING || !surroundingsOf(state).isNew(text, at)) return;
    surroundingsOf(state).remember(text, at);
    state.newPlaces += 1;
  }

  function denseFrom(text: string, at: number, state: ScanState): Found {
    stopAt(state, at);
    const start = Math.max(state.floor, Math.min(at, state.window?.start ?? at) - LONGEST_LEAD);
    state.window = undefined;
    return {
      start: isLowSurrogate(text, start) ? start + 1 : start,
      end: at,
      type: DENSE_TEXT,
      tail: state.keepsLines ? REST_OF_LINE : REST_OF_TEXT,
    };
  }

  function denseBefore(text: string, { start }: Found, state: ScanState): Found | undefined {
    if (state.isFree || text.startsWith(DENSE_START, start)) return undefined;
    const reached = Math.min(state.at, start);
    enterLine(text, reached, state);
    if (isOverdrawn(state, reached)) return denseFrom(text, state.at, state);
    for (let at = Math.max(state.at, state.floor + 1); at < start; at += 1) {
      const head = heads[((text.charCodeAt(at - 1) & 127) << 7) | (text.charCodeAt(at) & 127)];
      if (head === 0 || head === undefined || !mayBegin(text, at, head)) continue;
      addEfforts(text, at, state.floor, head, choices, bill);
      if (pay(text, at, head, state)) return denseFrom(text, at, state);
    }
    return undefined;
  }

  function owe(state: ScanState, at: number, effort: number, isOut: boolean): void {
    state.owed = isOut ? effort + effortAgain(state, at) : effort;
  }

  function effortAgain(state: ScanState, at: number): number {
    const length = state.account + at - state.earnedAtFind;
    const excess = state.paid - state.paidAtFind - length * repeated;
    return excess <= 0 ? 0 : length > FARTHEST_BACK ? Math.ceil((excess * FARTHEST_BACK) / length) : excess;
  }

  function leave(text: string, state: ScanState, { start, end, type }: Found): void {
    enterLine(text, start, state);
    state.account += start - end + EARNED_BY_FIND;
    if (!state.isFree && state.owed > 0) {
      state.paid += state.owed;
      if (type !== '') {
        state.earnedAtFind = state.account + end;
        state.paidAtFind = state.paid;
      }
    }
    state.owed = 0;
    skipTo(state, end);
    if (type === DENSE_TEXT) state.dense = end - start;
    else if (state.keepsLines && type === '' && text.startsWith(DENSE_START, start)) startAnew(state);
  }

  function leaveTail(state: ScanState, end: number): void {
    state.account += state.floor - end;
    if (state.dense >= 0) state.dense += end - state.floor;
    skipTo(state, end);
  }

  return { budget, enterLine, pay, payWindow, payDecoded, owe, denseFrom, denseBefore, leave, leaveTail };
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
