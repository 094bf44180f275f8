import { PLACEHOLDER_START, secretPlaceholder } from '../placeholder.ts';
import { createBase64Search, type Base64State } from './base64.ts';
import { startsWord } from './boundary.ts';
import { has, runEnd } from './char-class.ts';
import { REACH_RIGHT, type Detector, type Found, type Tail } from './detector.ts';
import { createPrefilter, type Candidate } from './prefilter.ts';

/** How far a scan has come. Positions are in the text at hand; `offset` is how much of the whole went before it. */
export interface ScanState extends Base64State {
  /** The next character to look at. */
  at: number;
  /** Everything before is decided. */
  floor: number;
  offset: number;
  /** What is being left out, when the last find goes on. */
  tail: Tail | undefined;
}

/** Takes out of a text what its detectors find. */
export interface Scanner {
  /** The same string when nothing was found. */
  redact(text: string): string;
  /**
   * Goes on as far as can be decided without the text that may follow, or to the end if none does. Gives back what stands for the
   * text from where the state's floor was to where it is now; what lies beyond the floor is undecided, or known to stay.
   */
  advance(text: string, state: ScanState, isLast: boolean): string;
}

export function startScan(): ScanState {
  return { at: 0, floor: 0, offset: 0, tail: undefined, tried: 0, next: -1 };
}

/** What `look` says when the text at hand is too short to tell. */
const UNDECIDED: Found = { start: -1, end: -1, type: '' };

const BLOCK = 32;

export function createScanner(detectors: readonly Detector[]): Scanner {
  const { heads, candidates } = createPrefilter(detectors);
  const base64 = createBase64Search((decoded) => firstType(decoded));

  /** The first find from `state.at` on; moves `state.at` to where it stopped looking. */
  function seek(text: string, state: ScanState, isLast: boolean): Found | undefined {
    const { length } = text;
    let at = state.at;
    let previous = at === 0 ? 0 : text.charCodeAt(at - 1) & 127;
    while (at < length) {
      const into = (state.offset + at) & (BLOCK - 1);
      if (into === 0 && at >= state.tried && base64.isBlock(text, at)) {
        const found = base64.find(text, at, state, isLast);
        if (found !== undefined) {
          state.at = at;
          return found === 'undecided' ? UNDECIDED : found;
        }
      }
      const blockEnd = Math.min(length, at + BLOCK - into);
      for (; at < blockEnd; at += 1) {
        const code = text.charCodeAt(at) & 127;
        const head = heads[(previous << 7) | code];
        previous = code;
        if (head === 0 || head === undefined) continue;
        const found = look(text, at, state.floor, candidates[head], isLast ? Infinity : length);
        if (found === undefined) continue;
        state.at = at;
        return found;
      }
    }
    state.at = at;
    return undefined;
  }

  function firstType(text: string): string | undefined {
    const state = { ...startScan(), tried: Infinity };
    for (let found = seek(text, state, true); found !== undefined; found = seek(text, state, true)) {
      if (found.type !== '') return found.type;
      skipTo(state, found.end);
    }
    return undefined;
  }

  function advance(text: string, state: ScanState, isLast: boolean): string {
    let output = '';
    for (;;) {
      if (state.tail !== undefined) {
        const { end, isOver } = tailEnd(text, state.floor, state.tail, isLast);
        skipTo(state, end);
        if (!isOver) return output;
        state.tail = undefined;
      }
      const found = seek(text, state, isLast);
      if (found === undefined || found === UNDECIDED) return output;
      if (found.type === '') {
        output += text.slice(state.floor, found.end);
      } else {
        output += text.slice(state.floor, found.start) + secretPlaceholder(found.type);
        state.tail = found.tail;
      }
      skipTo(state, found.end);
    }
  }

  return {
    advance,
    redact(text) {
      const state = startScan();
      const output = advance(text, state, true);
      return state.floor === 0 ? text : output + text.slice(state.floor);
    },
  };
}

function skipTo(state: ScanState, end: number): void {
  state.floor = end;
  state.at = Math.max(state.at, end);
}

function look(text: string, at: number, floor: number, candidates: readonly Candidate[] | undefined, available: number): Found | undefined {
  if (candidates === undefined) return undefined;
  for (const candidate of candidates) {
    const { detector } = candidate;
    const start = at - candidate.offset;
    if (start < floor || (detector.startsWord && !startsWord(text, start))) continue;
    if (start + REACH_RIGHT > available) return UNDECIDED;
    if (!isLiteralAt(text, start, candidate)) continue;
    const found = detector.find(text, start, floor);
    if (found !== undefined && (found.type === '' || !text.startsWith(PLACEHOLDER_START, found.start))) return found;
  }
  return undefined;
}

function isLiteralAt(text: string, start: number, candidate: Candidate): boolean {
  const { literal, ignoreCase } = candidate;
  for (let at = 0; at < literal.length; at += 1) {
    const expected = literal.charCodeAt(at);
    const code = text.charCodeAt(start + at);
    if (code === expected) continue;
    if (!ignoreCase || (code | 32) !== expected || expected < 97 || expected > 122) return false;
  }
  return true;
}

function tailEnd(text: string, from: number, tail: Tail, isLast: boolean): { end: number; isOver: boolean } {
  const { members, until } = tail;
  if (until === undefined) {
    const end = runEnd(text, from, members, text.length);
    return { end, isOver: isLast || end < text.length };
  }
  const first = until.text.charCodeAt(0);
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === first) {
      if (!isLast && at + REACH_RIGHT > text.length) return { end: at, isOver: false };
      if (text.startsWith(until.text, at)) return { end: runEnd(text, at, until.closing, at + 128), isOver: true };
    }
    if (!has(members, code)) return { end: at, isOver: true };
  }
  return { end: text.length, isOver: isLast };
}
