import type { Detector, Trigger } from './detector.ts';

/** A place to look at: the second of the pair of characters that was seen is `offset` after the start of `literal`. */
export interface Candidate {
  readonly literal: string;
  readonly ignoreCase: boolean;
  readonly offset: number;
  readonly detector: Detector;
}

/**
 * One table lookup a character decides whether anything can be here. Of each literal the pair of neighbours that is rarest in
 * ordinary text is entered; `heads[previous << 7 | current]` is 0, or the index of the candidates for that pair.
 */
export interface Prefilter {
  readonly heads: Uint16Array;
  readonly candidates: readonly (readonly Candidate[])[];
}

export function createPrefilter(detectors: readonly Detector[]): Prefilter {
  const byPair = new Map<number, Candidate[]>();
  const enter = (pair: number, candidate: Candidate): void => {
    const known = byPair.get(pair);
    if (known === undefined) byPair.set(pair, [candidate]);
    else known.push(candidate);
  };
  for (const detector of detectors) {
    for (const trigger of detector.triggers) enterTrigger(trigger, detector, enter);
  }
  const heads = new Uint16Array(128 * 128);
  const candidates: (readonly Candidate[])[] = [[]];
  for (const [pair, list] of byPair) heads[pair] = candidates.push(list) - 1;
  return { heads, candidates };
}

function enterTrigger(trigger: Trigger, detector: Detector, enter: (pair: number, candidate: Candidate) => void): void {
  if (!('literal' in trigger)) {
    const candidate: Candidate = { literal: '', ignoreCase: false, offset: 0, detector };
    trigger.before.forEach((isBefore, before) => {
      trigger.first.forEach((isFirst, first) => {
        if (isBefore === 1 && isFirst === 1) enter((before << 7) | first, candidate);
      });
    });
    return;
  }
  const { ignoreCase } = trigger;
  const literal = ignoreCase ? trigger.literal.toLowerCase() : trigger.literal;
  const offset = rarestPair(literal) + 1;
  const candidate: Candidate = { literal, ignoreCase, offset, detector };
  for (const first of cases(literal.charCodeAt(offset - 1), ignoreCase)) {
    for (const second of cases(literal.charCodeAt(offset), ignoreCase)) enter((first << 7) | second, candidate);
  }
}

function cases(code: number, ignoreCase: boolean): readonly number[] {
  const isLower = code >= 97 && code <= 122;
  return ignoreCase && isLower ? [code, code - 32] : [code];
}

function rarestPair(literal: string): number {
  let best = 0;
  let bestCommonness = Infinity;
  for (let at = 0; at + 1 < literal.length; at += 1) {
    const commonness = commonnessOf(literal.charAt(at)) * commonnessOf(literal.charAt(at + 1));
    if (commonness < bestCommonness) [best, bestCommonness] = [at, commonness];
  }
  return best;
}

/** Characters from rare to common in English and in JSON logs. What is not listed is rarest. */
const COMMONNESS = '~^`%|#@!&+*?;<>=$ZQXJKVWYBFGHUMPDLCNRSOIATEzqxjkvwbyfpgmuhdclr976854320_/-1.:,nsoaite" ';

function commonnessOf(character: string): number {
  return COMMONNESS.indexOf(character) + 2;
}
