import { has, runEnd } from './char-class.ts';
import type { Tail } from './detector.ts';

const LONGEST_CLOSING = 128;

/** The end of what a find goes on over, as far as the text at hand tells, and whether that is the end for good. */
export function tailEnd(text: string, from: number, tail: Tail, isLast: boolean): { end: number; isOver: boolean } {
  const { members, until } = tail;
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

/** A line ending is not cut in two. */
function beforeReturn(text: string, from: number): number {
  return text.length > from && text.endsWith('\r') ? text.length - 1 : text.length;
}
