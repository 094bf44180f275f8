import { affordableRounds, type Budget } from './budget.ts';
import type { Output } from './output.ts';
import { MARGIN, periodAt, repetitionEnd, roundOf, SPAN } from './period.ts';
import { isSettled } from './repetition.ts';
import { accountAt, type ScanState } from './scan-state.ts';

/**
 * Leaps over what repeats itself where something is found in it, over and over: what came of two rounds comes of every other. `Repetition`
 * does so where nothing is found.
 */
export class Rounds {
  /** Before, nobody asks whether the text repeats itself. */
  #next: number;
  #repeated: Repeated | undefined;

  constructor(at: number) {
    this.#next = at + SPAN;
  }

  /** Goes on, behind a find, to where the text stops repeating itself, or the budget ends. */
  leap(text: string, state: ScanState, output: Output, budget: Budget): void {
    const repeated = this.#repeated;
    if (repeated === undefined) {
      if (state.floor >= this.#next) this.#enter(text, state.floor);
      return;
    }
    const last = repeated.laps.at(-1);
    const due = last === undefined ? repeated.from : last.floor + repeated.length;
    if (state.floor < due) return;
    const isInTime = last === undefined ? isSettled(state, state.floor, budget.unwatched) : state.floor === due;
    repeated.laps.push(lapOf(state, output.cut()));
    if (isInTime && repeated.laps.length < LAPS) return;
    this.#next = state.floor + SPAN;
    this.#repeated = undefined;
    if (isInTime) goRound(repeated, state, output, budget);
  }

  #enter(text: string, at: number): void {
    this.#next = at + SPAN;
    const period = periodAt(text, at);
    if (period === 0) return;
    const end = repetitionEnd(text, at, period);
    const length = roundOf(period);
    if (end - at < LAPS * length + 2 * MARGIN) this.#next = Math.max(this.#next, end);
    else this.#repeated = { from: at + MARGIN, end, length, laps: [] };
  }
}

interface Repeated {
  /** Where the first lap may begin: nothing before is seen any more. */
  readonly from: number;
  /** Where the text stops repeating itself. */
  readonly end: number;
  readonly length: number;
  readonly laps: Lap[];
}

/** What of a scan's state matters, at the end of a find. */
interface Lap {
  readonly floor: number;
  readonly ahead: number;
  readonly sent: number;
  readonly account: number;
  readonly paid: number;
  readonly earnedAtFind: number;
  readonly paidAtFind: number;
  readonly newPlaces: number;
  readonly lastLiteral: string;
  /** What was given out since the lap before. */
  readonly piece: string;
}

/** Where two rounds begin and end: the first shows what comes of one, the second that it comes again. */
const LAPS = 3;

function lapOf(state: ScanState, piece: string): Lap {
  const { floor, at, sent, account, paid, earnedAtFind, paidAtFind, newPlaces, lastLiteral } = state;
  return { floor, ahead: at - floor, sent, account, paid, earnedAtFind, paidAtFind, newPlaces, lastLiteral, piece };
}

function goRound({ end, length, laps }: Repeated, state: ScanState, output: Output, budget: Budget): void {
  const [first, second, third] = laps;
  if (first === undefined || second === undefined || third === undefined) return;
  if (!isSame(first, second, third)) return;
  const [earned, paid] = [third.account - second.account, third.paid - second.paid];
  const newPlaces = third.newPlaces - second.newPlaces;
  const affordable = state.isFree
    ? Infinity
    : affordableRounds(accountAt(state, state.at), { earned: earned + length, paid, newPlaces }, budget);
  const rounds = Math.min(affordable, Math.floor((end - state.floor - MARGIN) / length));
  if (rounds <= 0) return;
  const distance = rounds * length;
  state.floor += distance;
  state.at += distance;
  if (third.sent !== second.sent) state.sent += distance;
  state.account += rounds * earned;
  state.paid += rounds * paid;
  state.earnedAtFind += rounds * (third.earnedAtFind - second.earnedAtFind);
  state.paidAtFind += rounds * (third.paidAtFind - second.paidAtFind);
  state.newPlaces += rounds * newPlaces;
  // To look for it anew is always right.
  state.block = -1;
  output.add(third.piece.repeat(rounds));
}

/** Whether the second round began and ended as the first did. Placeholders are left where they are: then nothing is sent. */
function isSame(first: Lap, second: Lap, third: Lap): boolean {
  const [one, other] = [second.sent - first.sent, third.sent - second.sent];
  return (
    one === other &&
    (one === 0 || one === third.floor - second.floor) &&
    first.ahead === second.ahead &&
    second.ahead === third.ahead &&
    first.lastLiteral === second.lastLiteral &&
    second.lastLiteral === third.lastLiteral &&
    second.account - first.account === third.account - second.account &&
    second.paid - first.paid === third.paid - second.paid &&
    second.earnedAtFind - first.earnedAtFind === third.earnedAtFind - second.earnedAtFind &&
    second.paidAtFind - first.paidAtFind === third.paidAtFind - second.paidAtFind &&
    second.newPlaces - first.newPlaces === third.newPlaces - second.newPlaces &&
    second.piece === third.piece
  );
}
