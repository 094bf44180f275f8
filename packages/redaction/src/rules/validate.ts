import { hasAlphabet } from '../find/stand-in.ts';
import { shapeOf } from '../find/value-shape.ts';

/** Whether the random part of a token is: not `xxxxxxxx`, `1111`, `123412341234` or `EXAMPLEEXAMPLE`. */
export function isVaried(random: string): boolean {
  const { length, entropy, longestRepeat } = shapeOf(random);
  return (
    entropy >= Math.min(2.2, Math.log2(length) * 0.75) &&
    longestRepeat <= Math.max(4, length / 4) &&
    !hasAlphabet(random) &&
    !/x{6}|X{6}|your[-_]|[-_]here\b|example/i.test(random.slice(0, 256))
  );
}

/** For formats whose prefix is a word: what follows must be random and hold a digit. */
export function hasDigitAndVariety(secret: string): boolean {
  return /\d/.test(secret.slice(4)) && isVaried(secret.slice(3));
}
