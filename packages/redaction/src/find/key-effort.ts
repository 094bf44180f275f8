import type { KeyPolicy, KeyVerdict } from '../keys/key-policy.ts';
import type { Effort } from '../scan/detector.ts';
import { mayBeSecret } from './judgement.ts';
import { judgeKeyBefore, mayEndKey } from './key-before.ts';
import { codeAt } from '../scan/char-class.ts';

/** Judges the key before an operator, and says what it takes to judge the value behind it. */
export interface KeyEffort {
  /** A detector looks at another place: what is known of the last key is of no use. */
  forget(): void;
  judge(text: string, at: number, floor: number): KeyVerdict | undefined;
  readonly closer: NonNullable<Effort['closer']>;
}

export function createKeyEffort(keys: KeyPolicy): KeyEffort {
  /** What the last look came to know of the key; undefined where it did not get so far. */
  let effort: number | undefined;
  return {
    forget() {
      effort = undefined;
    },
    judge(text, at, floor) {
      const verdict = judgeKeyBefore(text, at, floor, keys);
      effort = effortOf(verdict);
      return verdict;
    },
    closer: (text, at, floor, isLast) =>
      (isLast ? effort : undefined) ?? (mayBeOperator(text, at) ? effortOf(judgeKeyBefore(text, at, floor, keys)) : 0),
  };
}

/** That of a key which may only name a secret is told by its length, as a rule. */
function effortOf(verdict: KeyVerdict | undefined): number {
  if (verdict === undefined || !mayBeSecret(verdict)) return 0;
  return verdict.kind === 'secret' ? 120 : 80;
}

/** Whether an operator may stand at `at`, by what is there and before. */
export function mayBeOperator(text: string, at: number): boolean {
  return (codeAt(text, at) < 128 || WIDE_OPERATORS.includes(text.charAt(at))) && mayEndKey(text, at);
}

const WIDE_OPERATORS = '→➜：';
