import type { KeyPolicy, KeyVerdict } from '../keys/key-policy.ts';
import type { Effort } from '../scan/detector.ts';
import { mayBeSecret } from './judgement.ts';
import { judgedLength, judgeKeyBefore, mayEndKey } from './key-before.ts';
import { codeAt } from '../scan/char-class.ts';
import { lengthOfValue } from './value-effort.ts';

/** Judges the key before an operator, and says what it takes to judge the value behind it. */
export interface KeyEffort {
  /** A detector looks at another place: what is known of the last key is of no use. */
  forget(): void;
  judge(text: string, at: number, floor: number): KeyVerdict | undefined;
  readonly closer: NonNullable<Effort['closer']>;
}

export function createKeyEffort(keys: KeyPolicy): KeyEffort {
  /** What the last look came to that got as far as the key. */
  let last: KeyVerdict | undefined;

  function judge(text: string, at: number, floor: number): KeyVerdict | undefined {
    last = judgeKeyBefore(text, at, floor, keys);
    return last;
  }

  return {
    forget() {
      last = undefined;
    },
    judge,
    closer(text, at, floor, isLast) {
      const verdict = isLast ? last : mayBeOperator(text, at) ? judge(text, at, floor) : undefined;
      return verdict === undefined ? foreignEffort(text, at) : effortOf(verdict, text, at) + effortOfLength(judgedLength(text, at, floor));
    },
  };
}

/** That of a key which may only name a secret is told by its length, as a rule. */
function effortOf(verdict: KeyVerdict, text: string, at: number): number {
  if (!mayBeSecret(verdict)) return 12;
  const length = lengthOfValue(text, at);
  return verdict.kind === 'secret' ? 50 + length * 2 : 25 + length;
}

/** Words in other scripts have no spaces between them: where a key begins is looked for. */
function foreignEffort(text: string, at: number): number {
  return codeAt(text, at - 1) > 127 && mayBeOperator(text, at) ? 15 : 0;
}

/** A long key, which may be of many words, takes long to be judged where it was never seen. */
export function effortOfLength(length: number): number {
  return Math.max(0, length - COMMON_LENGTH) * 9;
}

const COMMON_LENGTH = 20;

/** Whether an operator may stand at `at`, by what is there and before. */
export function mayBeOperator(text: string, at: number): boolean {
  return (codeAt(text, at) < 128 || WIDE_OPERATORS.includes(text.charAt(at))) && mayEndKey(text, at);
}

const WIDE_OPERATORS = '→➜：';
