import { PLACEHOLDER_START } from '../placeholder.ts';
import type { Candidate } from './prefilter.ts';

/**
 * What keeps a text that is made of what rules look for from being slow. A character that is gone through earns somewhat more than one of a
 * plain log record takes; what detectors do costs theirs. Where more was spent than there is, what is left of the text is taken out unread. Efforts are
 * declared, not measured: nothing depends on a clock, on how a text is cut, or on what was taken out of it before.
 */
export interface Budget {
  /** What a text starts with, in the units of `Effort`. */
  readonly allowance: number;
  /** What a character earns until the allowance is earned back: it is an advance. */
  readonly firstIncome: number;
  /** What a character of a long text earns. It is more than one of a plain log takes: such a text may be as long as it likes. */
  readonly income: number;
  /** So many characters must have been earned before places are compared, or weighed by what stands there. */
  readonly unwatched: number;
  /**
   * Another purse, for places that lead to nothing and look like none before them: in data the same surroundings come again, in noise they do
   * not. Only what is noise for long comes to its bottom. With a cost of 0 no place is compared.
   */
  readonly noise: { readonly allowance: number; readonly cost: number };
  /**
   * Before a find all up to the find before it may be gone over again. What it cost beyond so much a character is paid for once more; less is part
   * of what a find costs.
   */
  readonly repeated: number;
  /** What is decoded of a window of base64 has a budget of its own, of the same income, and starts with this. What is spent of it the text pays as well. */
  readonly wrapped: number;
}

/** Measured, see ADR 0011. */
export const BUDGET: Budget = {
  allowance: 10 * 1024 * 1024,
  firstIncome: 0.5,
  income: 1.5,
  unwatched: 16 * 1024,
  noise: { allowance: 512 * 1024, cost: 30 },
  repeated: 0,
  wrapped: 12_288,
};

/** That of what is decoded: so short a text is watched from its start, and none of it is noise. */
export function budgetOfWrapped({ wrapped, income }: Budget): Budget {
  return { allowance: wrapped, firstIncome: income, income, unwatched: 0, noise: { allowance: 0, cost: 0 }, repeated: income, wrapped: 0 };
}

/** What a text has earned by now, and what it paid or has to pay. */
export interface Account {
  readonly earned: number;
  readonly paid: number;
  /** How many places looked like none before them. */
  readonly newPlaces: number;
}

/** What a text may have spent once so many characters have been earned. */
export function incomeOf(characters: number, { allowance, firstIncome, income }: Budget): number {
  return Math.max(allowance + characters * firstIncome, characters * income);
}

/** How many more rounds of a text that repeats itself there is enough for, one of them being left. */
export function affordableRounds(account: Account, round: Account, budget: Budget): number {
  const { noise } = budget;
  return Math.min(
    affordableLooks(account, round, budget),
    roundsOf(noise.allowance + account.earned - account.newPlaces * noise.cost, round.earned, round.newPlaces * noise.cost),
  );
}

/** Until the advance is used up, and then, if by that time it was earned back, for as long as what is earned is enough. */
function affordableLooks({ earned, paid }: Account, round: Account, { allowance, firstIncome, income }: Budget): number {
  const first = Math.max(0, roundsOf(allowance + earned * firstIncome - paid, round.earned * firstIncome, round.paid));
  if (first === Infinity) return first;
  const left = (earned + first * round.earned) * income - (paid + first * round.paid);
  return left < round.paid ? first : first + Math.max(0, roundsOf(left, round.earned * income, round.paid));
}

function roundsOf(balance: number, earned: number, paid: number): number {
  return paid <= earned ? Infinity : Math.floor((balance - paid) / (paid - earned));
}

/** What was taken out earns this, however long it was: its placeholder must not earn more or less. */
export const EARNED_BY_FIND = 16;

/** What was done at one place. */
export interface Bill {
  /** What was paid in the base64 that was decoded last. */
  decoded: number;
  /** What detectors took that found nothing; 0 if none was asked. */
  inVain: number;
  /** Who of them takes most where another literal was looked at before. */
  turning: Pick<Candidate, 'literal' | 'inTurns'> | undefined;
  /** The last two of them that take more by what stands there. */
  closer: Pick<Candidate, 'offset' | 'closer'> | undefined;
  otherCloser: Pick<Candidate, 'offset' | 'closer'> | undefined;
  /** Whether they were asked, or only would be. */
  isAsked: boolean;
  /** What the one took that found something. */
  found: number;
}

/** What else is on it belongs to a place where nobody was asked: it is gone with the next who is. */
export function clearBill(bill: Bill): void {
  bill.inVain = 0;
}

/** The type of what is taken out unread. */
export const DENSE_TEXT = 'dense_text';

/** Whether a placeholder begins here or one character on: what is looked at for its sake costs nothing. */
export function isBeforePlaceholder(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== SQUARE && text.charCodeAt(at + 1) !== SQUARE) return false;
  return text.startsWith(PLACEHOLDER_START, at) || text.startsWith(PLACEHOLDER_START, at + 1);
}

const SQUARE = 91;
