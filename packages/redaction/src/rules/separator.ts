/** What people put between the groups of a number: spaces of any width, hyphens and dashes. For a character class of an expression. */
export const SEPARATORS = ' \\u00a0\\u2007\\u2009\\u202f\\u2010-\\u2015\\u2212-';

/** The same, asked of one UTF-16 unit. */
export function isSeparator(code: number): boolean {
  if (code < 128) return code === 32 || code === 45;
  return code === 0xa0 || code === 0x2007 || code === 0x2009 || code === 0x202f || (code >= 0x2010 && code <= 0x2015) || code === 0x2212;
}
