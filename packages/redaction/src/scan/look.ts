import { PLACEHOLDER_START } from '../placeholder.ts';
import { startsWord } from './boundary.ts';
import { codeAt, has } from './char-class.ts';
import { REACH_RIGHT, type Found } from './detector.ts';
import type { Bill } from './budget.ts';
import { LONGEST_LITERAL, placeOf, type Candidate, type Choices } from './prefilter.ts';

/** What `look` says when the text at hand is too short to tell. */
export const UNDECIDED: Found = { start: -1, end: -1, type: '' };

/** What is known of a text while it is looked at, behind one find. */
export interface Sight {
  /** Everything before is decided. */
  readonly floor: number;
  /** No text is known from here on. */
  readonly available: number;
  /** From `floor` up to here nothing was found before: who sees no further need not be asked again. 0 if all is new. */
  readonly unchanged: number;
}

/** Asks those who may find something at a pair whose second character is at `at`. */
export function look(text: string, at: number, head: number, choices: Choices, sight: Sight, bill: Bill): Found | undefined {
  bill.isAsked = true;
  if (at + LONGEST_LITERAL > sight.available) return UNDECIDED;
  const { behind, before, open, lists } = choices;
  const byBehind = behind[placeOf(head, codeAt(text, at + 1))] ?? 0;
  const byBefore = before[placeOf(head, codeAt(text, at - 2))] ?? 0;
  const whatever = open[head] ?? 0;
  if (byBehind > 0) {
    const found = ask(text, at, lists[byBehind], sight, bill);
    if (found !== undefined) return found;
  }
  if (byBefore > 0) {
    const found = ask(text, at, lists[byBefore], sight, bill);
    if (found !== undefined) return found;
  }
  return whatever > 0 ? ask(text, at, lists[whatever], sight, bill) : undefined;
}

/** What it takes to look at a place, beside what those who are asked there take. */
export function effortOfLook(text: string, at: number, head: number, { behind, before, open, efforts }: Choices): number {
  const byBehind = behind[placeOf(head, codeAt(text, at + 1))] ?? 0;
  const byBefore = before[placeOf(head, codeAt(text, at - 2))] ?? 0;
  return (efforts[byBehind] ?? 0) + (efforts[byBefore] ?? 0) + (efforts[open[head] ?? 0] ?? 0);
}

function ask(text: string, at: number, candidates: readonly Candidate[] | undefined, sight: Sight, bill: Bill): Found | undefined {
  if (candidates === undefined) return undefined;
  for (const candidate of candidates) {
    const found = check(text, at, candidate, sight, bill);
    if (found !== undefined) return found;
  }
  return undefined;
}

function check(text: string, at: number, candidate: Candidate, { floor, available, unchanged }: Sight, bill: Bill): Found | undefined {
  if (at + candidate.reach < unchanged && (floor === 0 || at - candidate.reach >= floor)) return undefined;
  if (!fits(text, at, floor, candidate)) return undefined;
  const start = at - candidate.offset;
  if (start + REACH_RIGHT > available) return UNDECIDED;
  const found = candidate.find(text, start, floor);
  if (found === undefined || (found.type !== '' && holdsPlaceholder(text, found))) {
    enter(bill, candidate);
    return undefined;
  }
  bill.found = candidate.found;
  return found;
}

/** Whether what a candidate looks for stands here. */
function fits(text: string, at: number, floor: number, candidate: Candidate): boolean {
  const start = at - candidate.offset;
  const { earlier, second, fourth, lead } = candidate;
  if (earlier !== undefined && !has(earlier, codeAt(text, at - 2))) return false;
  if (second !== undefined && !has(second, codeAt(text, at + 1))) return false;
  if (fourth !== undefined && codeAt(text, at + 3) < 128 && !has(fourth, codeAt(text, at + 3))) return false;
  if (start < floor || (candidate.startsWord && start !== floor && !startsWord(text, start))) return false;
  if (lead > 0 && start - lead > floor && !startsWord(text, start - lead)) return false;
  return isLiteralAt(text, start, candidate);
}

function enter(bill: Bill, candidate: Candidate): void {
  if (bill.inVain === 0) {
    bill.turning = undefined;
    bill.closer = undefined;
    bill.otherCloser = undefined;
  }
  bill.inVain += candidate.inVain;
  if (candidate.inTurns > (bill.turning?.inTurns ?? 0)) bill.turning = candidate;
  if (candidate.closer === undefined) return;
  bill.otherCloser = bill.closer;
  bill.closer = candidate;
}

/** What a place would cost if nothing were found there. */
export function addEfforts(
  text: string,
  at: number,
  floor: number,
  head: number,
  { behind, before, open, lists }: Choices,
  bill: Bill,
): void {
  bill.isAsked = false;
  const byBehind = behind[placeOf(head, codeAt(text, at + 1))] ?? 0;
  const byBefore = before[placeOf(head, codeAt(text, at - 2))] ?? 0;
  for (const list of [byBehind, byBefore, open[head] ?? 0]) {
    for (const candidate of lists[list] ?? []) {
      if (fits(text, at, floor, candidate)) enter(bill, candidate);
    }
  }
}

function holdsPlaceholder(text: string, { start, end }: Found): boolean {
  return text.slice(Math.max(0, start - PLACEHOLDER_START.length), end).includes(PLACEHOLDER_START);
}

function isLiteralAt(text: string, start: number, candidate: Candidate): boolean {
  const { literal, ignoreCase } = candidate;
  for (let at = 0; at < literal.length; at += 1) {
    const expected = literal.charCodeAt(at);
    const code = codeAt(text, start + at);
    if (code === expected) continue;
    if (!ignoreCase || (code | 32) !== expected || expected < 97 || expected > 122) return false;
  }
  return true;
}
