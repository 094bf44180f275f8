import { PLACEHOLDER_START } from '../placeholder.ts';
import { clearBill, DENSE_TEXT, EARNED_BY_FIND, isBeforePlaceholder, isOverdrawn, type Bill, type Budget } from './budget.ts';
import { ANY, charClass, complement } from './char-class.ts';
import { LONGEST_LEAD, type Found, type Tail } from './detector.ts';
import { addCharge } from './look.ts';
import type { Prefilter } from './prefilter.ts';
import { accountAt, skipTo, startAnew, stopAt, surroundingsOf, type ScanState } from './scan-state.ts';
import { SURROUNDING } from './surroundings.ts';

/** Keeps a scan to the budget of its text. */
export interface Payments {
  /** Pays the bill for a miss at `at`, and says whether that was more than there is. */
  pay(text: string, at: number, state: ScanState): boolean;
  /** All from the first place on where something might have begun that was not seen yet. */
  denseFrom(text: string, at: number, state: ScanState): Found;
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

const DENSE_START = `${PLACEHOLDER_START}${DENSE_TEXT}`;

export function createPayments(
  { heads, choices }: Pick<Prefilter, 'heads' | 'choices'>,
  mayBegin: (text: string, at: number, head: number) => boolean,
  budget: Budget,
  bill: Bill,
): Payments {
  const { cost, costOfNew, unwatched } = budget;

  function pay(text: string, at: number, state: ScanState): boolean {
    const { charge, literal, isAsked } = bill;
    clearBill(bill);
    if (state.isFree || !isAsked) return false;
    const isCharged = charge > 0 && literal !== state.lastCharged;
    const isNew = isWatched(state, at) && surroundingsOf(state).isNew(text, at);
    if ((!isCharged && !isNew) || isBeforePlaceholder(text, at)) return false;
    if (isCharged) state.lastCharged = literal;
    if (isNew) {
      surroundingsOf(state).remember(text, at);
      state.newPlaces += 1;
    }
    state.paid += (isCharged ? charge * cost : 0) + (isNew ? costOfNew : 0);
    return isOverdrawn(accountAt(state, at), budget);
  }

  /** Near a find nothing is compared: a placeholder stands there the next time. */
  function isWatched(state: ScanState, at: number): boolean {
    return state.account + at >= unwatched && at >= state.floor + SURROUNDING;
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
    if (state.isFree) return undefined;
    for (let at = Math.max(state.at, state.floor + 1); at < start; at += 1) {
      const head = heads[((text.charCodeAt(at - 1) & 127) << 7) | (text.charCodeAt(at) & 127)];
      if (head === 0 || head === undefined || !mayBegin(text, at, head)) continue;
      addCharge(text, at, state.floor, head, choices, bill);
      if (pay(text, at, state)) return denseFrom(text, at, state);
    }
    return undefined;
  }

  function leave(text: string, state: ScanState, { start, end, type }: Found): void {
    state.account += start - end + EARNED_BY_FIND;
    skipTo(state, end);
    if (type === DENSE_TEXT) state.dense = end - start;
    else if (state.keepsLines && type === '' && text.startsWith(DENSE_START, start)) startAnew(state);
  }

  function leaveTail(state: ScanState, end: number): void {
    state.account += state.floor - end;
    if (state.dense >= 0) state.dense += end - state.floor;
    skipTo(state, end);
  }

  return { pay, denseFrom, denseBefore, leave, leaveTail };
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
