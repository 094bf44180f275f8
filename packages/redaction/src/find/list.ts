import { has, QUOTE, codeAt, runEnd, charClass } from '../scan/char-class.ts';
import { cardEnd } from '../rules/card.ts';
import { ibanEnd } from '../rules/iban.ts';
import type { Found } from '../scan/detector.ts';

const CODE =
  /["'`]?[ \t]{0,3}[,;|/]?[ \t]{0,4}(?:\r?\n[ \t]{0,8})?(?:\d{1,2}[.):][ \t]{1,3}|[-*][ \t]{1,3})?["'`]?([A-Za-z0-9]{4,64}(?:-[A-Za-z0-9]{4,12}){0,4})(?![\w-])/y;
const LONGEST_LIST = 2048;

/** `recovery codes: a1b2-c3d4, e5f6-g7h8`: the others are as long as the first. */
export function withOtherCodes(text: string, found: Found): Found {
  const length = found.end - found.start;
  let { end } = found;
  for (;;) {
    CODE.lastIndex = end;
    const code = end - found.start < LONGEST_LIST ? CODE.exec(text)?.[1] : undefined;
    if (code?.length !== length || !(/\d/.test(code) || code.includes('-'))) return { ...found, end };
    end = CODE.lastIndex;
  }
}

const BETWEEN_VALUES = charClass(' \t\r\n,');

/** `["…", "…"]` behind a key: what is true of the first is true of the others, as far as they look like secrets. */
export function withOtherValues(text: string, found: Found, isSecret: (value: string) => boolean): Found {
  const quote = codeAt(text, found.end);
  if (!has(QUOTE, quote) || found.tail !== undefined) return found;
  let { end } = found;
  for (;;) {
    const opener = runEnd(text, end + 1, BETWEEN_VALUES, end + 40);
    if (opener === end + 1 || codeAt(text, opener) !== quote || opener - found.start > LONGEST_LIST) break;
    const length = text.slice(opener + 1, opener + 257).indexOf(text.charAt(end));
    const value = text.slice(opener + 1, opener + 1 + length);
    if (length < 1 || value.includes('\n') || !isSecret(value)) break;
    end = opener + 1 + length;
  }
  return end === found.end ? found : { ...found, end };
}

const GROUPS: ReadonlyMap<string, RegExp> = new Map([
  ['card', /(?:[ ._-]\d{2,6}){1,5}(?![\w])/y],
  ['iban', /(?:[ -][0-9A-Z]{4}){2,8}(?:[ -][0-9A-Z]{1,3}(?!\w))?/y],
  ['ssn', /[ -]\d{2}[ -]\d{4}(?!\w)/y],
]);

/** A number that is named goes whole: its groups may have spaces between them. */
export function withOtherGroups(text: string, found: Found): Found {
  const { start, end, type } = found;
  const checked = type === 'card' ? cardEnd(text, start) : type === 'iban' ? ibanEnd(text, start) : -1;
  if (checked > end) return { ...found, end: checked };
  const groups = GROUPS.get(type);
  if (groups === undefined) return found;
  groups.lastIndex = end;
  return groups.test(text) ? { ...found, end: groups.lastIndex } : found;
}
