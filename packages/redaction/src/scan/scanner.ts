import { PLACEHOLDER_START, secretPlaceholder } from '../placeholder.ts';
import { BLOCK, createBase64Search, type Base64Window } from './base64.ts';
import { startsWord } from './boundary.ts';
import { BASE64, codeAt, has, runEnd } from './char-class.ts';
import { REACH_RIGHT, type Detector, type Found, type Tail } from './detector.ts';
import { createPrefilter, LONGEST_LITERAL, type Bucket, type Candidate } from './prefilter.ts';

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
  readonly isUnwrapping: boolean;
}

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

export function startScan(): ScanState {
  return { at: 0, floor: 0, sent: 0, offset: 0, tail: undefined, window: undefined, isUnwrapping: true };
}

/** What `look` says when the text at hand is too short to tell. */
const UNDECIDED: Found = { start: -1, end: -1, type: '' };

/** What stands before the place behind a find, once the find is a placeholder. Judging twice must not differ. */
const CLOSING_BRACKET = 93;
/** Beyond the end of any text: a small integer, which is passed on without being boxed. */
const FAR = 0x3fffffff;

export function createScanner(detectors: readonly Detector[]): Scanner {
  const { heads, buckets } = createPrefilter(detectors);
  const base64 = createBase64Search((decoded) => firstType(decoded));

  /** The first find from `state.at` on; moves `state.at` to where it stopped looking. */
  function seek(text: string, state: ScanState, isLast: boolean): Found | undefined {
    const { length } = text;
    const available = isLast ? FAR : length;
    let at = state.at;
    let previous = at === 0 ? 0 : at === state.floor ? CLOSING_BRACKET : text.charCodeAt(at - 1) & 127;
    for (;;) {
      if (state.window !== undefined && at >= state.window.end) {
        const found = closeWindow(text, at, state, available);
        if (found !== undefined) return found;
      }
      if (at >= length) break;
      const into = (state.offset + at) & (BLOCK - 1);
      if (into === 0 && state.window === undefined && state.isUnwrapping) {
        if (at + BLOCK > available) return stopAt(state, at);
        if (base64.isBlock(text, at)) {
          const window = base64.windowAround(text, at, state.floor);
          if (window.end === available) return stopAt(state, at);
          state.window = window;
        }
      }
      const blockEnd = Math.min(length, at + BLOCK - into, state.window === undefined ? length : Math.max(state.window.end, at + 1));
      for (; at < blockEnd; at += 1) {
        const code = text.charCodeAt(at) & 127;
        const head = heads[(previous << 7) | code];
        previous = code;
        if (head === 0 || head === undefined) continue;
        const found = look(text, at, state.floor, buckets[head], available);
        if (found === undefined) continue;
        stopAt(state, at);
        return found === UNDECIDED ? UNDECIDED : (wrappedBefore(text, found, state) ?? found);
      }
    }
    state.at = at;
    return undefined;
  }

  /** The scan has gone through a window of base64: what it left of it is decoded, and the next window is opened. */
  function closeWindow(text: string, at: number, state: ScanState, available: number): Found | undefined {
    const { window } = state;
    if (window === undefined) return undefined;
    const behind = base64.windowBehind(text, window);
    if (behind?.end === available) return stopAt(state, at);
    state.at = at;
    state.window = undefined;
    const found = base64.find(text, Math.max(window.start, state.floor), window.end);
    if (found !== undefined) return { ...found, tail: { members: BASE64 } };
    if (behind !== undefined && at < behind.end) state.window = behind;
    return undefined;
  }

  /** A find inside a run of base64 cuts it in two, and its first part is judged on its own. */
  function wrappedBefore(text: string, found: Found, state: ScanState): Found | undefined {
    const { window } = state;
    if (window === undefined || found.type === '') return undefined;
    const start = Math.max(window.start, state.floor);
    return found.start > start ? base64.find(text, start, Math.min(found.start, window.end)) : undefined;
  }

  function firstType(text: string): string | undefined {
    const state = { ...startScan(), isUnwrapping: false };
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
        state.sent = end;
        if (!isOver) return output;
        state.tail = undefined;
      }
      const found = seek(text, state, isLast);
      if (found === undefined || found === UNDECIDED) return output;
      skipTo(state, found.end);
      if (found.type === '') continue;
      output += text.slice(state.sent, found.start) + secretPlaceholder(found.type);
      state.sent = found.end;
      state.tail = found.tail;
    }
  }

  function list(text: string): readonly Found[] {
    const state = startScan();
    const all: Found[] = [];
    for (let found = seek(text, state, true); found !== undefined; found = seek(text, state, true)) {
      const end = found.tail === undefined ? found.end : tailEnd(text, found.end, found.tail, true).end;
      if (found.type !== '') all.push({ start: found.start, end, type: found.type });
      skipTo(state, end);
    }
    return all;
  }

  function pass(text: string): string {
    const state = startScan();
    const output = advance(text, state, true);
    return state.sent === 0 ? text : output + text.slice(state.sent);
  }

  /** Whether no detector need look anywhere: so it is with most short strings, and nothing is set up for them. */
  function isQuiet(text: string): boolean {
    const { length } = text;
    if (length >= BLOCK) return false;
    let previous = 0;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at) & 127;
      if (heads[(previous << 7) | code] !== 0) return false;
      previous = code;
    }
    return true;
  }

  return {
    advance,
    list,
    redact(text) {
      if (isQuiet(text)) return text;
      const once = pass(text);
      return once === text ? text : pass(once);
    },
  };
}

function stopAt(state: ScanState, at: number): Found {
  state.at = at;
  return UNDECIDED;
}

function skipTo(state: ScanState, end: number): void {
  state.floor = end;
  state.at = Math.max(state.at, end);
  if (state.window !== undefined && end >= state.window.end) state.window = undefined;
}

function look(text: string, at: number, floor: number, bucket: Bucket | undefined, available: number): Found | undefined {
  if (bucket === undefined) return undefined;
  if (at + LONGEST_LITERAL > available) return UNDECIDED;
  const { candidates, probes } = bucket;
  if (!bucket.isOpen && bucket.before[(codeAt(text, at - 2) & 127) | 32] === 0 && bucket.behind[(codeAt(text, at + 1) & 127) | 32] === 0) return undefined;
  for (let index = 0; index < candidates.length; index += 1) {
    const code = probes[2 * index + 1] ?? -1;
    if (code >= 0 && (codeAt(text, at + (probes[2 * index] ?? 0)) | 32) !== code) continue;
    const found = check(text, at, floor, candidates[index], available);
    if (found !== undefined) return found;
  }
  return undefined;
}

function check(text: string, at: number, floor: number, candidate: Candidate | undefined, available: number): Found | undefined {
  if (candidate === undefined) return undefined;
  const start = at - candidate.offset;
  if (start < floor || !isLiteralAt(text, start, candidate)) return undefined;
  if (candidate.startsWord && start !== floor && !startsWord(text, start)) return undefined;
  if (start + REACH_RIGHT > available) return UNDECIDED;
  const found = candidate.find(text, start, floor);
  return found !== undefined && (found.type === '' || !holdsPlaceholder(text, found)) ? found : undefined;
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

const LONGEST_CLOSING = 128;

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
      if (!isLast && at + LONGEST_CLOSING > text.length) return { end: at, isOver: false };
      if (text.startsWith(until.text, at)) return { end: runEnd(text, at, until.closing, at + LONGEST_CLOSING), isOver: true };
    }
    if (!has(members, code)) return { end: at, isOver: true };
  }
  return { end: text.length, isOver: isLast };
}
