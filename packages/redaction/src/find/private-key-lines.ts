import { isLead, LONGEST_LEAD_OF_KEY, readKeyLine, signBehind, type Lead } from './private-key-lead.ts';
import { secretPlaceholder } from '../placeholder.ts';
import { PRIVATE_KEY_BEGIN, PRIVATE_KEY_RULE, PRIVATE_KEY_TOP } from '../rules/private-key.ts';
import { charClass, codeAt, has, runEnd } from '../scan/char-class.ts';

/** A part of a text that belongs to a key. */
export interface KeySpan {
  readonly start: number;
  readonly end: number;
  /** Whether the span before goes on here. */
  readonly isMore?: boolean;
}

/** Goes through a text that comes in pieces, line by line where a key is written into a log, each line behind what the log writes before all. */
export interface KeyLineReader {
  /**
   * Goes on as far as `text` tells, which begins `spent` characters further on than the last time; no text follows if `isLast`. Gives the
   * spans that it came by, in order. Before `decided` there will be no more.
   */
  read(text: string, spent: number, isLast: boolean): readonly KeySpan[];
  /** Where what is not known yet begins, in the text that was read last. */
  readonly decided: number;
  /** Whether it is between keys: a text that can hold no top need not be read. */
  readonly isSearching: boolean;
}

const PLACEHOLDER = secretPlaceholder(PRIVATE_KEY_RULE.id);

/** So much of the text before `decided` has to stay. */
export const SEEN_BEHIND = LONGEST_LEAD_OF_KEY + 1;

const LONGEST_LINE = LONGEST_LEAD_OF_KEY + 1024;
/** No top of a key is longer. */
const LONGEST_TOP = 80;
/** How far behind the top the first line of the key may begin, and how many lines there may be of another kind. */
const LONGEST_HEADER = 2048;
const MOST_OTHER_LINES = 8;

const BODY = charClass('A-Za-z0-9+/=');

type State =
  /** Looks for the top of a key from `at` on. */
  | { readonly mode: 'search'; readonly at: number }
  /** There is one; `at` is where the next line begins. */
  | { readonly mode: 'probe'; readonly at: number; readonly top: KeySpan; readonly lead: Lead; readonly others: number }
  /** Its lines are being taken out. */
  | { readonly mode: 'key'; readonly at: number; readonly key: Key }
  /** A line of the key goes on from `at` on. */
  | { readonly mode: 'run'; readonly at: number; readonly key: Key }
  /** The rest of a line, from `at` on, which is too long to be looked at. */
  | { readonly mode: 'rest'; readonly at: number; readonly key: Key };

interface Key {
  readonly lead: Lead;
  /** Of its first line. */
  readonly width: number;
  /** Whether a shorter line has come, which is the last. */
  readonly isFull: boolean;
  /** Lines of another kind since the last of the key. */
  readonly others: number;
}

export function createKeyLineReader(): KeyLineReader {
  let state: State = { mode: 'search', at: 0 };
  let isStart = true;
  let decided = 0;
  let spans: KeySpan[] = [];

  /** The next state, or undefined when more of the text is needed. */
  function step(text: string, isLast: boolean): State | undefined {
    switch (state.mode) {
      case 'search':
        return search(text, state.at, isLast);
      case 'probe':
        return probe(text, state, isLast);
      case 'key':
        return follow(text, state.at, state.key, isLast);
      case 'run':
        return endRun(text, state.at, state.key);
      case 'rest':
        return endRest(text, state.at, state.key);
    }
  }

  function search(text: string, from: number, isLast: boolean): State | undefined {
    const at = text.indexOf(PRIVATE_KEY_BEGIN, from);
    if (at === -1) {
      decided = isLast ? text.length : beginningAtEnd(text, from);
      state = { mode: 'search', at: decided };
      return undefined;
    }
    decided = at;
    if (at !== from) state = { mode: 'search', at };
    if (!isLast && at + LONGEST_TOP > text.length && !text.includes('\n', at)) return undefined;
    const end = topEnd(text, at);
    const before = end === -1 ? undefined : leadBefore(text, at);
    if (before === undefined) return { mode: 'search', at: behindTop(text, at, isLast) };
    const newline = text.indexOf('\n', end);
    const lineEnd = newline === -1 ? text.length : newline;
    if (lineEnd - end > LONGEST_LINE || (newline === -1 && isLast)) return { mode: 'search', at: end };
    if (newline === -1) return undefined;
    const rest = text.slice(end, newline);
    // The key goes on, ends, or begins again on the same line.
    if (rest.includes('-----END ') || holdsTop(rest)) return { mode: 'search', at: end };
    const lead = { before, behind: signBehind(rest, 0) };
    return { mode: 'probe', at: newline + 1, top: { start: at, end }, lead, others: 0 };
  }

  /** Where to look for the next top: on a line that is known to its end, only one at its beginning can be the first of lines. */
  function behindTop(text: string, at: number, isLast: boolean): number {
    if (!isLast) return at + PRIVATE_KEY_BEGIN.length;
    const newline = text.indexOf('\n', at);
    return newline === -1 ? text.length : newline + 1;
  }

  /** What stands before a top on its line; undefined if that is nothing that this is about. */
  function leadBefore(text: string, at: number): string | undefined {
    const from = Math.max(0, at - SEEN_BEHIND);
    const newline = text.slice(from, at).lastIndexOf('\n');
    if (newline === -1 && (from > 0 || !isStart)) return undefined;
    const before = text.slice(from + newline + 1, at);
    if (before.length > LONGEST_LEAD_OF_KEY || holdsTop(before)) return undefined;
    return isLead(before) ? before : undefined;
  }

  function probe(text: string, { at, top, lead, others }: State & { mode: 'probe' }, isLast: boolean): State | undefined {
    const next: State = { mode: 'search', at: top.end };
    if (others > MOST_OTHER_LINES || at - top.end > LONGEST_HEADER) return next;
    const line = lineAt(text, at, isLast);
    if (line === undefined) return undefined;
    if (holdsTop(line)) return next;
    const part = readKeyLine(line, lead, { isCut: isCut(line), isFirst: true });
    const body = part?.kind === 'body' ? line.slice(part.start, part.end) : '';
    if (part !== undefined && isKeyLike(body)) {
      spans.push(top);
      return take(at, line, part, { lead, width: widthOf(body), isFull: false, others: 0 });
    }
    const isOver = part?.kind === 'end' || isCut(line) || codeAt(text, at + line.length) !== NEWLINE;
    return isOver ? next : { mode: 'probe', at: at + line.length + 1, top, lead, others: others + 1 };
  }

  function follow(text: string, at: number, key: Key, isLast: boolean): State | undefined {
    decided = at;
    const line = lineAt(text, at, isLast);
    if (line === undefined) return undefined;
    if (key.others > MOST_OTHER_LINES || line.includes(PRIVATE_KEY_BEGIN)) return { mode: 'search', at };
    const part = readKeyLine(line, key.lead, { isCut: isCut(line), isFirst: false });
    if (part?.kind === 'end') {
      spans.push({ start: at + part.start, end: at + part.end });
      return { mode: 'search', at: at + part.end };
    }
    const isNext = part !== undefined && (!key.isFull || line.startsWith('=', part.start));
    if (!isNext) return { mode: 'rest', at: at + line.length, key: { ...key, others: key.others + 1 } };
    return take(at, line, part, { ...key, isFull: widthOf(line.slice(part.start, part.end)) < key.width, others: 0 });
  }

  function take(at: number, line: string, part: KeySpan, { lead: { behind }, ...rest }: Key): State {
    spans.push({ start: at + part.start, end: at + part.end });
    const key = { ...rest, lead: { before: line.slice(0, part.start), behind } };
    return { mode: isCut(line) && part.end === line.length ? 'run' : 'rest', at: at + line.length, key };
  }

  function endRun(text: string, at: number, key: Key): State | undefined {
    const end = runEnd(text, at, BODY, text.length);
    if (end > at) spans.push({ start: at, end, isMore: true });
    decided = end;
    if (end < text.length) return { mode: 'rest', at: end, key };
    state = { mode: 'run', at: end, key };
    return undefined;
  }

  function endRest(text: string, at: number, key: Key): State | undefined {
    const newline = text.indexOf('\n', at);
    decided = newline === -1 ? text.length : newline + 1;
    if (newline !== -1) return { mode: 'key', at: decided, key };
    state = { mode: 'rest', at: decided, key };
    return undefined;
  }

  return {
    read(text, spent, isLast) {
      if (spent > 0) {
        isStart = false;
        state = moved(state, -spent);
        decided -= spent;
      }
      spans = [];
      for (let next = step(text, isLast); next !== undefined; next = step(text, isLast)) state = next;
      if (isLast) decided = text.length;
      return spans;
    },
    get decided() {
      return decided;
    },
    get isSearching() {
      return state.mode === 'search';
    },
  };
}

const NEWLINE = 10;

/** Whether the top of a key begins in a text, or may begin at its end. */
export function mayHoldTop(text: string): boolean {
  return text.includes(PRIVATE_KEY_BEGIN) || beginningAtEnd(text, 0) < text.length;
}

/** Whether another key begins in a line, or one was taken out of it. */
function holdsTop(line: string): boolean {
  return line.includes(PRIVATE_KEY_BEGIN) || line.includes(PLACEHOLDER);
}

function moved(state: State, by: number): State {
  // What is let go of unread has no top.
  const at = Math.max(0, state.at + by);
  return state.mode === 'probe' ? { ...state, at, top: { start: state.top.start + by, end: state.top.end + by } } : { ...state, at };
}

function topEnd(text: string, at: number): number {
  PRIVATE_KEY_TOP.lastIndex = at;
  return PRIVATE_KEY_TOP.test(text) ? PRIVATE_KEY_TOP.lastIndex : -1;
}

/** Where the beginning of a top stands at the very end of a text, or its end. */
function beginningAtEnd(text: string, from: number): number {
  const first = Math.max(from, text.length - PRIVATE_KEY_BEGIN.length + 1);
  for (let at = first; at < text.length; at += 1) if (PRIVATE_KEY_BEGIN.startsWith(text.slice(at))) return at;
  return text.length;
}

/** The line that begins at `at`, or as much as is looked at; undefined when more of the text is needed. */
function lineAt(text: string, at: number, isLast: boolean): string | undefined {
  const window = text.slice(at, at + LONGEST_LINE);
  const newline = window.indexOf('\n');
  if (newline !== -1) return window.slice(0, newline);
  return isLast || window.length === LONGEST_LINE ? window : undefined;
}

/** Whether there is more of a line than is looked at. */
function isCut(line: string): boolean {
  return line.length === LONGEST_LINE;
}

/** Without the backslashes before its slashes. */
function widthOf(part: string): number {
  return part.length - part.split('\\').length + 1;
}

/** No word is, and no hash. */
function isKeyLike(part: string): boolean {
  return part.length >= 16 && [DIGITS, CAPITALS, LETTERS].every((members) => hasAny(part, members));
}

const DIGITS = charClass('0-9');
const CAPITALS = charClass('A-Z');
const LETTERS = charClass('a-z');

function hasAny(text: string, members: Uint8Array): boolean {
  for (let at = 0; at < text.length; at += 1) if (has(members, text.charCodeAt(at))) return true;
  return false;
}
