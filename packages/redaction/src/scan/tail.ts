import { ANY, has, runEnd, type CharClass } from './char-class.ts';
import type { Tail } from './detector.ts';

const LONGEST_CLOSING = 128;

/** The end of what a find goes on over, as far as the text at hand tells, and whether that is the end for good. */
export function tailEnd(text: string, from: number, tail: Tail, isLast: boolean): { end: number; isOver: boolean } {
  const { members, until, isOpen = false } = tail;
  if (isOpen) return openEnd(text, from, members, isLast);
  if (until === undefined) {
    const end = runEnd(text, from, members, text.length);
    return end < text.length || isLast ? { end, isOver: true } : { end: beforeReturn(text, from), isOver: false };
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
  return isLast ? { end: text.length, isOver: true } : { end: beforeReturn(text, from), isOver: false };
}

/** Characters beyond ASCII are members. */
function openEnd(text: string, from: number, members: CharClass, isLast: boolean): { end: number; isOver: boolean } {
  let end = from;
  if (members === ANY) end = text.length;
  else while (end < text.length && (text.charCodeAt(end) > 127 || has(members, text.charCodeAt(end)))) end += 1;
  return { end, isOver: end < text.length || isLast };
}

/** A line ending is not cut in two. */
function beforeReturn(text: string, from: number): number {
  return text.length > from && text.endsWith('\r') ? text.length - 1 : text.length;
}
