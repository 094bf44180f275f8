import { PLACEHOLDER_START } from '../placeholder.ts';

/**
 * What keeps a text that is made of what rules look for from being slow: where many a look led to nothing, what is left of the text is taken
 * out unread. A character that is gone through earns one. A literal that leads to nothing costs more, unless it is the same as the last one: a
 * list of tests or commands repeats a word. So does a place that leads to nothing and looks like none before it: in data the same surroundings
 * come again, in noise they do not. Nothing depends on how a text is cut, or on what was taken out of it before.
 */
export interface Budget {
  /** What a text starts with. */
  readonly allowance: number;
  /** What a character of a literal costs, times the detector's charge. */
  readonly cost: number;
  /** What a place costs that looks like none before it. */
  readonly costOfNew: number;
  /** So many characters must have been earned before places are compared. */
  readonly unwatched: number;
  /** Another purse, for such places alone: more is in it, and they cost more. Only what is noise for long comes to its bottom. */
  readonly noise: { readonly allowance: number; readonly cost: number };
}

/** Measured, see ADR 0011: no text that was not made for it comes near. */
export const BUDGET: Budget = {
  allowance: 96 * 1024,
  cost: 5,
  costOfNew: 6,
  unwatched: 16 * 1024,
  noise: { allowance: 512 * 1024, cost: 30 },
};

/** What a text has earned by now, and what it paid or has to pay. */
export interface Account {
  readonly earned: number;
  readonly paid: number;
  /** How many places looked like none before them. */
  readonly newPlaces: number;
}

/** Whether more was paid than there is. */
export function isOverdrawn({ earned, paid, newPlaces }: Account, { allowance, noise }: Budget): boolean {
  return allowance + earned < paid || noise.allowance + earned < newPlaces * noise.cost;
}

/** How many more rounds of a text that repeats itself there is enough for, one of them being left. */
export function affordableRounds(account: Account, round: Account, { allowance, noise }: Budget): number {
  const { earned, paid, newPlaces } = account;
  return Math.min(
    roundsOf(allowance + earned - paid, round.earned, round.paid),
    roundsOf(noise.allowance + earned - newPlaces * noise.cost, round.earned, round.newPlaces * noise.cost),
  );
}

function roundsOf(balance: number, earned: number, paid: number): number {
  return paid <= earned ? Infinity : Math.floor((balance - paid) / (paid - earned));
}

/** What was taken out earns this, however long it was: its placeholder must not earn more or less. */
export const EARNED_BY_FIND = 16;

/** What was done in vain at one place: the dearest literal that led to nothing, and whether anybody was asked at all. */
export interface Bill {
  isAsked: boolean;
  charge: number;
  literal: string;
}

export function clearBill(bill: Bill): void {
  bill.charge = 0;
  bill.isAsked = false;
}

/** The type of what is taken out unread. */
export const DENSE_TEXT = 'dense_text';

/** Whether a placeholder begins here or one character on: what is looked at for its sake costs nothing. */
export function isBeforePlaceholder(text: string, at: number): boolean {
  return text.startsWith(PLACEHOLDER_START, at) || text.startsWith(PLACEHOLDER_START, at + 1);
}
