import { densePlaceholder, secretPlaceholder } from '../placeholder.ts';
import { createBase64Search } from './base64.ts';
import { BUDGET, budgetOfWrapped, clearBill, DENSE_TEXT, type Bill, type Budget } from './budget.ts';
import type { Detector, Found } from './detector.ts';
import { lineEndings } from './line-endings.ts';
import { look, UNDECIDED, type Sight } from './look.ts';
import { Output } from './output.ts';
import { createPayments } from './payment.ts';
import { createPrefilter, FAR, isNeighbour } from './prefilter.ts';
import { Repetition } from './repetition.ts';
import { Rounds } from './rounds.ts';
import { skipTo, startAnew, startScan, stopAt, type ScanOptions, type ScanState } from './scan-state.ts';
import { LONGEST_STRETCH, Stretch } from './stretch.ts';
import { tailEnd } from './tail.ts';
import { Trail } from './trail.ts';
import { createWindows } from './windows.ts';

/** Takes out of a text what its detectors find. */
export interface Scanner {
  /**
   * The same string when nothing was found. Else what is left is gone through once more: a placeholder can uncover the end of what
   * stood beside it. After that nothing more comes out, however often it is redacted.
   */
  redact(text: string): string;
  /** What a first pass would take out, in order. */
  list(text: string): readonly Found[];
  /**
   * Goes on as far as can be decided without the text that may follow, or to the end if none does. Gives back what stands for the
   * text from `sent` to the end of the last find; what lies beyond stays, or is undecided.
   */
  advance(text: string, state: ScanState, isLast: boolean): string;
}

/** What stands before the place behind a find, once the find is a placeholder. Judging twice must not differ. */
const CLOSING_BRACKET = 93;

const LONGEST_QUIET = 256;
/** More than a character can cost: what is short enough need not be charged. */
const DEAREST = 4096;
const WHOLE: Sight = { floor: 0, available: FAR, unchanged: 0 };
/** Hardly any two finds of a shorter text are so far apart that a second pass need not go between. */
const SHORTEST_WITH_TRAIL = 4096;

export function createScanner(detectors: readonly Detector[], budget: Budget = BUDGET): Scanner {
  const { heads, choices, behind, before } = createPrefilter(detectors);
  const bill: Bill = { decoded: 0, inVain: 0, turning: undefined, closer: undefined, otherCloser: undefined, isAsked: true, found: 0 };
  const payments = createPayments({ heads, choices }, mayBegin, budget, bill);
  const { enterLine, leave, leaveTail } = payments;
  const paymentsOfWrapped = createPayments({ heads, choices }, mayBegin, budgetOfWrapped(budget), bill);
  const base64 = createBase64Search((decoded) => firstType(decoded));
  const { stopForBase64, wrappedBefore } = createWindows(base64, payments);
  const longestFree = Math.min(budget.allowance / DEAREST, budget.noise.allowance / budget.noise.cost);
  const longestQuiet = Math.min(LONGEST_QUIET, longestFree);
  /** What is decoded is scanned while the text around it is. */
  const [outer, inner] = [new Stretch(), new Stretch()];

  /** Whether a neighbour of a pair lets anything be there. What stands behind the last character is not known. */
  function mayBegin(text: string, at: number, head: number): boolean {
    if (at < 2 || at + 1 >= text.length) return true;
    return isNeighbour(behind, head, text.charCodeAt(at + 1)) || isNeighbour(before, head, text.charCodeAt(at - 2));
  }

  /** Where from `from` to before `to` something may begin: `to` if nowhere. Most of the time of a scan is spent here. */
  function nextPlace(codes: Uint16Array, from: number, to: number, first: number): number {
    let previous = first;
    for (let at = from; at < to; at += 1) {
      const code = (codes[at] ?? 0) & 127;
      const head = heads[(previous << 7) | code] ?? 0;
      previous = code;
      if (head !== 0 && (isNeighbour(behind, head, codes[at + 1] ?? 0) || isNeighbour(before, head, codes[at - 2] ?? 0))) return at;
    }
    return to;
  }

  /** The first find from `state.at` on; moves `state.at` to where it stopped looking. */
  function seek(
    text: string,
    state: ScanState,
    isLast: boolean,
    stretch = outer,
    { budget, pay, owe, denseFrom, denseBefore } = payments,
  ): Found | undefined {
    const { length } = text;
    const { guide } = state;
    const sight: Sight = { floor: state.floor, available: isLast ? FAR : length, unchanged: guide?.ahead(state.floor) ?? 0 };
    let at = state.at;
    let previous = at === 0 ? 0 : at === state.floor ? CLOSING_BRACKET : text.charCodeAt(at - 1) & 127;
    let repetition = new Repetition(at);
    let misses = 0;
    for (;;) {
      if (at >= repetition.next) {
        at = repetition.leap(text, at, state, misses, budget);
        misses = 0;
      }
      if (guide !== undefined && at >= guide.next) {
        const ahead = guide.lead(at, state);
        if (ahead > at) {
          at = ahead;
          previous = text.charCodeAt(at - 1) & 127;
          repetition = new Repetition(at);
        }
      }
      const found = stopForBase64(text, at, state, sight.available);
      if (found !== undefined) return found;
      if (at >= length) break;
      const pause = Math.min(length, repetition.next, guide?.next ?? FAR);
      const end = Math.min(pause, state.window === undefined ? state.block : Math.max(state.window.end, at + 1));
      while (at < end) {
        if (!stretch.isAt(text, at)) stretch.read(text, at, LONGEST_STRETCH);
        const { codes, origin } = stretch;
        const stop = Math.min(end, stretch.end);
        if (at >= 2) {
          const place = nextPlace(codes, at - origin, Math.min(stop, length - 1) - origin, previous) + origin;
          if (place > at) previous = (codes[place - 1 - origin] ?? 0) & 127;
          at = Math.max(at, place);
          if (at >= stop) continue;
        }
        const code = (codes[at - origin] ?? 0) & 127;
        const head = heads[(previous << 7) | code] ?? 0;
        previous = code;
        at += 1;
        if (head === 0) continue;
        const seen = look(text, at - 1, head, choices, sight, bill);
        if (seen === undefined) {
          misses += 1;
          if (state.isFree) clearBill(bill);
          else if (pay(text, at - 1, head, state)) return denseFrom(text, at - 1, state);
          continue;
        }
        clearBill(bill);
        stopAt(state, at - 1);
        if (seen === UNDECIDED) return UNDECIDED;
        owe(state, at - 1, bill.found, seen.type !== '');
        return wrappedBefore(text, seen, state) ?? denseBefore(text, seen, state) ?? seen;
      }
    }
    state.at = at;
    return undefined;
  }

  function firstType(text: string): string | undefined {
    const state = startScan();
    state.block = FAR;
    let found = seek(text, state, true, inner, paymentsOfWrapped);
    while (found?.type === '') {
      skipTo(state, found.end);
      found = seek(text, state, true, inner, paymentsOfWrapped);
    }
    bill.decoded = state.paid;
    return found?.type;
  }

  function advance(text: string, state: ScanState, isLast: boolean): string {
    const output = goOn(text, state, isLast);
    clear();
    return output;
  }

  /** No text is held on to when it is done. */
  function clear(): void {
    outer.clear();
    base64.clear();
  }

  function goOn(text: string, state: ScanState, isLast: boolean): string {
    const output = new Output();
    const rounds = new Rounds(state.floor);
    for (;;) {
      if (state.tail !== undefined) {
        const { end, isOver } = tailEnd(text, state.floor, state.tail, isLast);
        if (state.keepsLines) output.add(lineEndings(text, state.floor, end));
        leaveTail(state, end);
        state.sent = end;
        if (!isOver) break;
        state.tail = undefined;
        if (state.dense >= 0) {
          add(output, densePlaceholder(state.dense), output.length, state);
          startAnew(state);
        }
      }
      const written = output.length;
      rounds.leap(text, state, output, budget);
      if (output.length > written) state.guide?.wrote(written, output.length);
      const onward = state.guide?.onward(state.floor) ?? 0;
      if (onward > state.floor) skipTo(state, onward);
      state.guide?.depart(output.length + state.floor - state.sent, state.floor);
      const found = seek(text, state, isLast);
      if (found === undefined) state.guide?.arrive(FAR);
      if (found === undefined || found === UNDECIDED) break;
      state.guide?.arrive(found.start);
      // A find may begin behind the place that led to it: what lies between was not looked at.
      const seen = output.length + Math.min(state.at, found.start) - state.sent;
      leave(text, state, found);
      if (found.type === '') continue;
      output.add(text.slice(state.sent, found.start));
      if (found.type !== DENSE_TEXT) add(output, secretPlaceholder(found.type), seen, state);
      if (state.keepsLines) output.add(lineEndings(text, found.start, found.end));
      state.sent = found.end;
      state.tail = found.tail;
    }
    enterLine(text, Math.min(state.at, text.length), state);
    return output.toString();
  }

  /** @param seen Up to where all was looked at. */
  function add(output: Output, placeholder: string, seen: number, { guide }: ScanState): void {
    guide?.wrote(seen, output.length + placeholder.length);
    output.add(placeholder);
  }

  function list(text: string): readonly Found[] {
    const state = startScan();
    const all: Found[] = [];
    for (let found = seek(text, state, true); found !== undefined; found = seek(text, state, true)) {
      leave(text, state, found);
      const end = found.tail === undefined ? found.end : tailEnd(text, found.end, found.tail, true).end;
      if (found.type !== '') all.push({ start: found.start, end, type: found.type });
      leaveTail(state, end);
    }
    clear();
    return all;
  }

  function pass(text: string, options: ScanOptions): string {
    const state = startScan(options);
    const output = advance(text, state, true);
    return state.sent === 0 ? text : output + text.slice(state.sent);
  }

  /** Whether nothing is found, in what is too short for its places to be watched: so it is with most strings, and nothing is set up for them. */
  function isQuiet(text: string): boolean {
    const { length } = text;
    if (length > longestQuiet) return false;
    let previous = 0;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at) & 127;
      const head = heads[(previous << 7) | code];
      previous = code;
      if (head === 0 || head === undefined || !mayBegin(text, at, head)) continue;
      if (look(text, at, head, choices, WHOLE, bill) === undefined) continue;
      clearBill(bill);
      return false;
    }
    clearBill(bill);
    return !base64.mayWrap(text);
  }

  return {
    advance,
    list,
    redact(text) {
      if (isQuiet(text)) return text;
      const trail = text.length < SHORTEST_WITH_TRAIL ? undefined : new Trail();
      const once = pass(text, { guide: trail, isFree: text.length <= longestFree });
      if (once === text) return text;
      const again = trail?.again();
      const twice = pass(once, { guide: again, isFree: true });
      return twice === once ? once : pass(twice, { guide: again?.again(), isFree: true });
    },
  };
}
