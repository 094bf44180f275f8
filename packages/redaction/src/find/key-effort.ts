import type { KeyPolicy, KeyVerdict } from '../keys/key-policy.ts';
import type { Effort } from '../scan/detector.ts';
import { mayBeSecret } from './judgement.ts';
import { judgedLength, judgeKeyBefore, mayEndKey } from './key-before.ts';
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

  function judge(text: string, at: number, floor: number): KeyVerdict | undefined {
    const verdict = judgeKeyBefore(text, at, floor, keys);
    effort = verdict === undefined ? 0 : effortOf(verdict) + effortOfLength(judgedLength(text, at, floor));
    return verdict;
  }

  return {
    forget() {
      effort = undefined;
    },
    judge,
    closer(text, at, floor, isLast) {
      if (!mayBeOperator(text, at)) return 0;
      if (!isLast || effort === undefined) judge(text, at, floor);
      return effort ?? 0;
    },
  };
}

/** That of a key which may only name a secret is told by its length, as a rule. */
function effortOf(verdict: KeyVerdict): number {
  if (!mayBeSecret(verdict)) return 20;
  return verdict.kind === 'secret' ? 120 : 80;
}

/** A long key, which may be of many words, takes long to be judged where it was never seen. */
export function effortOfLength(length: number): number {
  return Math.max(0, length - COMMON_LENGTH) * 3;
}

const COMMON_LENGTH = 20;

/** Whether an operator may stand at `at`, by what is there and before. */
export function mayBeOperator(text: string, at: number): boolean {
  return (codeAt(text, at) < 128 || WIDE_OPERATORS.includes(text.charAt(at))) && mayEndKey(text, at);
}

const WIDE_OPERATORS = '→➜：';
