import { hang } from './wrap.ts';

/** Of a column that is narrower, its text stands below its term. */
const NARROWEST = 30;
const BELOW = ' '.repeat(6);

/**
 * `  --limit <N>  so many at most`: a term, and what it means, in lines of a width.
 * @param indent Where the column of meanings begins.
 */
export function definition(term: string, indent: number, meaning: string, width: number): readonly string[] {
  if (width - indent >= NARROWEST) return hang(`  ${term.padEnd(indent - 2)}`, meaning, width);
  return [`  ${term}`, ...hang(BELOW, meaning, width)];
}
