import { codeAt } from './char-class.ts';

/**
 * The line endings in a part of a text: `\n`, `\r\n`, and the half of one that an end of the part cuts in two. A return that ends a line on
 * its own gets a space behind it: the newline of another line would make one ending of the two.
 */
export function lineEndings(text: string, start: number, end: number): string {
  let endings = '';
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE) endings += '\n';
    else if (code === RETURN) endings += codeAt(text, at + 1) === NEWLINE ? '\r' : '\r ';
  }
  return endings;
}

const RETURN = 13;
const NEWLINE = 10;
