import { charClass, codeAt, has, QUOTE, runStart } from '../scan/char-class.ts';
import type { Detector, Found } from '../scan/detector.ts';
import type { KeyVerdict } from '../keys/key-policy.ts';
import { judged, type Judges } from './judgement.ts';
import { valueAfter, type ValuePlace } from './value-after.ts';

/** Calls that compare what they are given with each other, or copy one into another. */
const CALLS: readonly string[] = [
  'strcmp(',
  'strncmp(',
  'strcpy(',
  'strncpy(',
  'strlcpy(',
  'sprintf(',
  'snprintf(',
  'memcmp(',
  'memcpy(',
  '.equals(',
  'compare_digest(',
  'ConstantTimeCompare(',
  'timingSafeEqual(',
  'hash_equals(',
  'secure_compare(',
  'assertEquals(',
  'assertEqual(',
  'assertSame(',
  'assert_equal(',
  'AreEqual(',
  'Equal(t, ',
  'Equal(',
  'assert_eq!(',
  'setopt(',
];

/** Methods of one of the two that take the other. */
const METHODS: readonly string[] = [
  '.equals(',
  '.equalsIgnoreCase(',
  '.compareTo(',
  '.isEqualTo(',
  '.toBe(',
  '.toEqual(',
  '.toStrictEqual(',
  '.to.equal(',
  '.to.eq(',
  '.to eq(',
  '.to eq ',
  ' -eq ',
  ' -ceq ',
  ' eq ',
  ' LIKE ',
  ' like ',
];

const ARGUMENT =
  /\s{0,4}(?:(?:Buffer\.from\(|\[\]byte\(|sizeof\(|&|b(?=["']))?(["'`])((?:(?!\1)[^\\\n]){1,160})\1\)?|((?:\[\]byte|Buffer\.from|sizeof|&|\*|\$)?\(?[\w.$>[\]'"-]{1,80}\)?))\s{0,2}/y;

/** `strcmp(password, "…")`, `"…".equals(password)`, `expect(token).toBe("…")`, `"…" == password`: whoever compares with a secret has written it down. */
export function createComparisonDetector({ keys, knownFormat }: Judges): Detector {
  function secretVerdict(name: string): KeyVerdict | undefined {
    const last = lastWord(name);
    if (last === undefined || !keys.mayNameSecret(last, 0, last.length)) return undefined;
    const verdict = keys.judge(last.replace(/^CURLOPT_(?:USER)?/, ''));
    return verdict.kind === 'secret' ? verdict : undefined;
  }

  /** One of the first arguments names a secret, another is a text. */
  function inCall(text: string, open: number): Found | undefined {
    let [at, literal]: [number, number] = [open, -1];
    const names: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ARGUMENT.lastIndex = at;
      const argument = ARGUMENT.exec(text);
      if (argument === null) break;
      if (argument[2] !== undefined && literal === -1) literal = text.indexOf(argument[1] ?? '', at);
      if (argument[3] !== undefined) names.push(argument[3]);
      at = ARGUMENT.lastIndex;
      if (codeAt(text, at) !== COMMA) break;
      at += 1;
    }
    const verdict = literal === -1 ? undefined : names.map(secretVerdict).find((each) => each !== undefined);
    return verdict && taken(text, valueAfter(text, literal), verdict);
  }

  /** What stands before the operator is one, what stands behind it the other. */
  function between(text: string, at: number, end: number, floor: number): Found | undefined {
    const closer = codeAt(text, at - 1);
    if (has(QUOTE, closer)) {
      const start = runStart(text, at - 1, charClassWithout(closer), Math.max(floor, at - 120));
      const name = start > floor && codeAt(text, start - 1) === closer ? NAME_BEHIND.exec(text.slice(end, end + 80))?.[0] : undefined;
      const verdict = name === undefined ? undefined : secretVerdict(name);
      return verdict && taken(text, { start, end: at - 1, setting: 'quoted', tail: undefined }, verdict);
    }
    const opener = has(QUOTE, codeAt(text, end)) ? end : codeAt(text, end) === OPEN && has(QUOTE, codeAt(text, end + 1)) ? end + 1 : -1;
    const name = opener === -1 ? undefined : nameBefore(text, at, Math.max(floor, at - 80));
    const verdict = name === undefined ? undefined : secretVerdict(name);
    return verdict && taken(text, valueAfter(text, opener), verdict);
  }

  function taken(text: string, value: ValuePlace, verdict: KeyVerdict): Found | undefined {
    const written = text.slice(value.start, Math.min(value.end, value.start + 160));
    if (!/[\d!#$%&*+?@^~]/.test(written) || written.includes(' ') || keys.judge(written).kind === 'secret') return undefined;
    return judged(knownFormat, text, { ...value, setting: 'quoted' }, verdict);
  }

  return {
    triggers: [
      ...[...new Set([...CALLS, ...METHODS])].map((literal) => ({ literal, ignoreCase: false })),
      { before: SPACE_BEHIND_TEXT, first: charClass('=!'), second: charClass('=') },
    ],
    startsWord: false,
    effort: { inVain: 60 },
    find(text, at, floor) {
      const code = codeAt(text, at);
      if (code !== EQUAL && code !== EXCLAMATION) {
        const [methodEnd, callEnd] = [endOf(METHOD, text, at), endOf(CALL, text, at)];
        return (methodEnd === -1 ? undefined : between(text, at, methodEnd, floor)) ?? (callEnd === -1 ? undefined : inCall(text, callEnd));
      }
      if (!has(QUOTE, codeAt(text, at - 2))) return undefined;
      const end = codeAt(text, at + 2) === EQUAL ? at + 3 : at + 2;
      return between(text, at - 1, codeAt(text, end) === SPACE ? end + 1 : end, floor);
    },
  };
}

const METHOD = anyLiteral(METHODS);
const CALL = anyLiteral(CALLS);

function anyLiteral(literals: readonly string[]): RegExp {
  return new RegExp(literals.map((literal) => literal.replace(/[.()]/g, '\\$&')).join('|'), 'y');
}

/** Where what is called at `at` ends; -1 if it is none of these. */
function endOf(called: RegExp, text: string, at: number): number {
  called.lastIndex = at;
  return called.test(text) ? called.lastIndex : -1;
}

const COMMA = 44;
const OPEN = 40;
const CLOSE = 41;
const EQUAL = 61;
const EXCLAMATION = 33;
const SPACE = 32;
const SPACE_BEHIND_TEXT = charClass(' ');
const NAME_BEHIND = /^[\w$.>[\]'"-]{2,80}/;
const NAME = charClass('A-Za-z0-9_$.>[]\'"-');
const WORD = charClass('A-Za-z0-9_$-');
const MOST_SIGNS = 4;

/** The name that ends before `at`, but for a bracket and a space. */
function nameBefore(text: string, at: number, earliest: number): string | undefined {
  const spaced = at > earliest && /\s/.test(text.charAt(at - 1)) ? at - 1 : at;
  const end = spaced > earliest && codeAt(text, spaced - 1) === CLOSE ? spaced - 1 : spaced;
  const start = runStart(text, end, NAME, earliest);
  return end - start < 2 ? undefined : text.slice(start, end);
}

/** Its last word, with no more than four signs behind. */
function lastWord(name: string): string | undefined {
  let end = name.length;
  while (end > 0 && name.length - end < MOST_SIGNS && !has(WORD, codeAt(name, end - 1))) end -= 1;
  const start = runStart(name, end, WORD, Math.max(0, end - 64));
  return end - start < 2 ? undefined : name.slice(start, end);
}

const WITHOUT_DOUBLE = charClass(' !#-[]-~');
const WITHOUT_SINGLE = charClass(' !"#-&(-[]-~');
const WITHOUT_TICK = charClass(' !-[]-_a-~');

/** What a text holds that such a quote closes. */
function charClassWithout(quote: number): typeof WITHOUT_DOUBLE {
  return quote === 34 ? WITHOUT_DOUBLE : quote === 39 ? WITHOUT_SINGLE : WITHOUT_TICK;
}
