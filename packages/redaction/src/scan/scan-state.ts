import type { Base64Window } from './base64.ts';
import type { Account } from './budget.ts';
import type { Found, Tail } from './detector.ts';
import { UNDECIDED } from './look.ts';
import { Surroundings } from './surroundings.ts';
import type { Guide } from './trail.ts';

/** How far a scan has come. Positions are in the text at hand; `offset` is how much of the whole went before it. */
export interface ScanState {
  /** The next character to look at. */
  at: number;
  /** Everything before is decided. */
  floor: number;
  /** Everything before was given out. */
  sent: number;
  offset: number;
  /** What is being left out, when the last find goes on. */
  tail: Tail | undefined;
  /** A run of base64 that the scan is going through. */
  window: Base64Window | undefined;
  /** Whether the line endings of what is taken out stay, and each line has a budget of its own. */
  readonly keepsLines: boolean;
  /** Up to here it is known where lines end. */
  lineSeen: number;
  /** Where the next such run may start, or where there is too little text left to tell; -1 when it is to be looked for. */
  block: number;
  /** What the text's budget has earned, beside the characters up to `at`. */
  account: number;
  /** What was paid out of that. */
  paid: number;
  /** What had been earned and paid when the last find was left. */
  earnedAtFind: number;
  paidAtFind: number;
  /** How many places looked like none before them. */
  newPlaces: number;
  /** What places that led to nothing looked like, once they are watched. */
  surroundings: Surroundings | undefined;
  /** Whether nothing is charged: the text was paid for. */
  readonly isFree: boolean;
  /** Of those that cost more in turns, the last that led to nothing. */
  lastLiteral: string;
  /** What the find that is not left yet has cost. */
  owed: number;
  /** How much of a text that is taken out unread has gone by; -1 when none is. */
  dense: number;
  readonly guide: Guide | undefined;
}

export interface ScanOptions {
  readonly keepsLines?: boolean;
  readonly isFree?: boolean;
  readonly guide?: Guide | undefined;
}

export function startScan({ keepsLines = false, isFree = false, guide }: ScanOptions = {}): ScanState {
  return {
    at: 0,
    floor: 0,
    sent: 0,
    offset: 0,
    tail: undefined,
    window: undefined,
    keepsLines,
    lineSeen: 0,
    block: -1,
    account: 0,
    paid: 0,
    earnedAtFind: 0,
    paidAtFind: 0,
    newPlaces: 0,
    surroundings: undefined,
    isFree,
    lastLiteral: '',
    owed: 0,
    dense: -1,
    guide,
  };
}

/** What says that more of the text is needed; the scan goes on from `at`. */
export function stopAt(state: ScanState, at: number): Found {
  state.at = at;
  return UNDECIDED;
}

/** Goes on from `end`: what stands before is decided. A run of base64 that goes on there begins there, as it will behind a placeholder. */
export function skipTo(state: ScanState, end: number): void {
  state.floor = end;
  state.at = Math.max(state.at, end);
  state.window = undefined;
}

/** What follows what was taken out unread has a budget of its own. */
export function startAnew(state: ScanState): void {
  state.dense = -1;
  earnFrom(state, state.at);
}

/** All that stands behind `from` has a budget of its own. */
export function earnFrom(state: ScanState, from: number): void {
  state.account = -from;
  state.paid = 0;
  state.earnedAtFind = 0;
  state.paidAtFind = 0;
  state.newPlaces = 0;
  state.surroundings = undefined;
  state.lastLiteral = '';
}

/** @param at Up to where characters have been earned. */
export function accountAt({ account, paid, newPlaces }: ScanState, at: number): Account {
  return { earned: account + at, paid, newPlaces };
}

export function surroundingsOf(state: ScanState): Surroundings {
  state.surroundings ??= new Surroundings();
  return state.surroundings;
}
