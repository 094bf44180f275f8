import type { Format } from '../rules/format.ts';
import { ALPHANUMERIC, codeAt, runStart } from '../scan/char-class.ts';

/** How well a literal is known where letters stand before it: not at all, when what follows leaves no doubt, or anyhow. */
export type Distinctness = 'none' | 'some' | 'full';

/** So many characters of no order must follow. */
const SHORTEST_RANDOM = 16;

/** With these words begin formats whose randomness alone tells them; other words end with them, or with the short ones of vowels. */
const WORDS = new Set(['access', 'api', 'key', 'link', 'live', 'public', 'pubkey', 'sandbox', 'secret', 'test']);

/** `glpat-` and `ghp_` end no word; `cal_`, `ion_` and `sk-` end many. */
export function distinctnessOf(literal: string, firstRun: Format['firstRun']): Distinctness {
  if (literal.length < 4 || !/[-_]/.test(literal) || firstRun === undefined || firstRun.min < SHORTEST_RANDOM) return 'none';
  const [word = ''] = literal.split(/[-_]/);
  if (WORDS.has(word)) return 'none';
  if (word.length >= 3 && (word.length >= 5 || /\d/.test(literal) || !/[aeiou]/i.test(word))) return 'full';
  return literal.length >= 6 ? 'some' : 'none';
}

const LONGEST_WORD = 16;
const DASH = 45;
const UNDERSCORE = 95;

/** Whether what stands before `at` is the end of a word, and not of a run of base64. */
export function isBehindWord(text: string, at: number, floor: number): boolean {
  const start = runStart(text, at, ALPHANUMERIC, Math.max(floor, at - LONGEST_WORD - 1));
  if (at - start > LONGEST_WORD) return false;
  const before = start === floor ? 0 : codeAt(text, start - 1);
  return before !== DASH && before !== UNDERSCORE;
}

/** Whether what follows a literal is made by a program. */
export function isMade(random: string, distinctness: Distinctness): boolean {
  if (/^[0-9a-f]{32,}$/i.test(random)) return /\d/.test(random);
  if (distinctness === 'full') return isMixed(random);
  return random.split(/[^A-Za-z0-9]/).some((run) => run.length >= SHORTEST_RANDOM && isMixed(run) && !/[a-z]{7}/.test(run));
}

function isMixed(run: string): boolean {
  return /\d[^]*\d/.test(run) && /[A-Z]/.test(run) && /[a-z]/.test(run);
}
