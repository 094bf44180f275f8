import { charClass, codeAt, has, QUOTE, runEnd, runStart, SPACE } from '../scan/char-class.ts';
import type { Detector } from '../scan/detector.ts';
import { judged, mayBeSecret, type Judges } from './judgement.ts';
import { valueAfter } from './value-after.ts';

/** What stands between what is looked up and what is taken instead of it: from a place before the quote. */
const OPERATOR =
  /(?:(?:\|\||\?\?|\?:|\bor|:-|:=|\/\/)=?|(?:\.copied\(\)|\.ok\(\))?\.(?:unwrap_or(?:_else)?|orElse(?:Get)?|or_else|getOrElse|or|fetch)\((?:\|_?\w{0,8}\|\s?|\(\)\s?->\s?)?(?:String::from\(|new String\()?|,\s?default(?:_value)?\s?[=:]|\|\s?default(?:\(| )|\{)\s?$/;

/** The name of what was looked up, at the end of what stands before: `env("NAME")`, `env["NAME"]`, `config.name`. */
const NAME = /(?:["'`]([\w.:/-]{2,64})["'`][\])]{0,3}|\b([A-Za-z_$][\w$]*(?:\??[.:][\w$-]+){0,8}))(?:\)|\.\w{2,12}\(\))?\s{0,2}$/;

/** `env("KEY") ?? "…"`, `os.getenv("KEY") or "…"`, `var("KEY").unwrap_or("…")`, `{{ key | default('…') }}`: what is taken when nothing is set. */
export function createFallbackDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [
      { before: SPACE, first: charClass('?|'), second: charClass('?:|') },
      ...[
        'nwrap_or',
        'orElse(',
        'orElseGet(',
        'getOrElse(',
        'default(',
        'default=',
        ' default "',
        " default '",
        ' or "',
        " or '",
        '] {',
        ') {',
      ].map((literal) => ({ literal, ignoreCase: false })),
    ],
    startsWord: false,
    effort: { inVain: 140 },
    find(text, at, floor) {
      const opener = quoteBehind(text, at);
      if (opener === -1) return undefined;
      const from = Math.max(floor, at - 120);
      if (!keys.mayNameSecret(text, from, opener)) return undefined;
      const before = text.slice(from, opener);
      const operator = OPERATOR.exec(before.slice(-LONGEST_OPERATOR));
      const name = operator === null ? null : NAME.exec(lastRun(before.slice(0, before.length - operator[0].length)));
      const key = name?.[1] ?? name?.[2];
      if (key === undefined) return undefined;
      // In quotes alone it stands beside another text: `"one" or "another"`.
      if (name?.[1] !== undefined && !/[\])]/.test(name[0]) && !/^[,|]/.test(operator?.[0] ?? '')) return undefined;
      const verdict = keys.judge(key.slice(-LONGEST_NAME));
      if (!mayBeSecret(verdict)) return undefined;
      return judged(knownFormat, text, { ...valueAfter(text, opener), setting: 'quoted' }, verdict);
    },
  };
}

const LONGEST_OPERATOR = 64;
/** What a key names is said at its end, and to judge a longer one takes long. */
const LONGEST_NAME = 64;
const IN_NAME = charClass('A-Za-z0-9_$.:?/"\'`()[]-');

/** What stands at the end without a space, where a name must begin that is at the end. */
function lastRun(before: string): string {
  const end = runStart(before, before.length, SPACE_OR_LINE, Math.max(0, before.length - 2));
  return before.slice(runStart(before, end, IN_NAME, 0));
}

const SPACE_OR_LINE = charClass(' \t\r\n');
const BEFORE_QUOTE = charClass(' \t(=|?:_A-Za-z{>{');

/** The next quote, where only the rest of an operator stands before it. */
function quoteBehind(text: string, at: number): number {
  let from = has(CLOSING, codeAt(text, at)) ? at + 1 : at;
  const limit = at + 48;
  while (from < limit && !has(QUOTE, codeAt(text, from))) {
    const end = runEnd(text, from, BEFORE_QUOTE, limit);
    if (end === from) return -1;
    from = end;
    if (has(CLOSING, codeAt(text, from))) from += 1;
  }
  return has(QUOTE, codeAt(text, from)) ? from : -1;
}

const CLOSING = charClass(')]');
