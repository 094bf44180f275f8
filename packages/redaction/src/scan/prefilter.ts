import type { CharClass } from './char-class.ts';
import type { Detector, Trigger } from './detector.ts';
import { rarestPair } from './rarest-pair.ts';

/** A place to look at: the second of the pair of characters that was seen is `offset` after the start of `literal`. */
export interface Candidate {
  readonly literal: string;
  readonly ignoreCase: boolean;
  readonly offset: number;
  readonly second: CharClass | undefined;
  readonly fourth: CharClass | undefined;
  readonly startsWord: boolean;
  /** What the text's budget is charged when nothing is found; see `Budget`. */
  readonly charge: number;
  readonly find: Detector['find'];
}

/**
 * What may be at a pair, by the neighbours of the pair without regard to case: `lists[before[code]]` for the character before it,
 * `lists[behind[code]]` for the one behind it, and `open` whatever they are. List 0 is empty: nearly always there is nothing more to do.
 */
export interface Bucket {
  readonly before: Uint8Array;
  readonly behind: Uint8Array;
  readonly lists: readonly (readonly Candidate[])[];
  readonly open: readonly Candidate[];
}

/**
 * One table lookup a character decides whether anything can be here. Of each literal the pair of neighbours that is rarest in
 * ordinary text is entered; `heads[previous << 7 | current]` is 0, or the index of the bucket for that pair.
 */
export interface Prefilter {
  readonly heads: Uint16Array;
  readonly buckets: readonly Bucket[];
  /**
   * By bucket, a bit for each character that may stand behind the pair, without regard to case; see `neighbourOf`. Nearly every pair ends
   * here: where neither neighbour is known there is nothing to look at. The buckets themselves lie too far apart in memory to be asked so often.
   */
  readonly behind: Int32Array;
  /** The same of the character before the pair. */
  readonly before: Int32Array;
}

/** No literal is longer. */
export const LONGEST_LITERAL = 48;

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
  const buckets: Bucket[] = [createBucket([])];
  const shared = new SharedLists<Candidate>();
  for (const [pair, candidates] of byPair) {
    const known = shared.indexOf(candidates);
    heads[pair] = known;
    if (known === buckets.length) buckets.push(createBucket(candidates));
  }
  return { heads, buckets, behind: masksOf(buckets, maskBehind), before: masksOf(buckets, ({ before }) => maskOf(before)) };
}

/** Pairs at which the same may be share a bucket: the fewer there are, the more of them a processor keeps at hand. */
class SharedLists<T> {
  readonly #numbers = new Map<T, number>();
  readonly #indexes = new Map<string, number>();

  /** 1 for the first list, 2 for the next that differs from it. */
  indexOf(list: readonly T[]): number {
    const key = list.map((each) => numbered(this.#numbers, each)).join();
    return numbered(this.#indexes, key) + 1;
  }
}

function numbered<K>(known: Map<K, number>, key: K): number {
  const number = known.get(key) ?? known.size;
  known.set(key, number);
  return number;
}

/** Two words a bucket: signs and digits, then letters. */
function masksOf(buckets: readonly Bucket[], mask: (bucket: Bucket) => readonly [number, number]): Int32Array {
  return Int32Array.from(buckets.flatMap(mask));
}

function maskBehind({ open, behind }: Bucket): readonly [number, number] {
  return open.length > 0 ? [-1, -1] : maskOf(behind);
}

function maskOf(index: Uint8Array): readonly [number, number] {
  const words: [number, number] = [0, 0];
  index.forEach((list, code) => {
    if (list > 0) words[code > 95 ? 1 : 0] |= 1 << (code & 31);
  });
  return words;
}

/** Whether `code` is one of the neighbours that `masks` names for a bucket. */
export function isNeighbour(masks: Int32Array, head: number, code: number): boolean {
  return (((masks[(head << 1) | ((code >> 6) & 1)] ?? 0) >>> (code & 31)) & 1) === 1;
}

function enterTrigger(trigger: Trigger, detector: Detector, enter: (pair: number, candidate: Candidate) => void): void {
  if (!('literal' in trigger)) {
    const candidate = createCandidate(
      { literal: '', ignoreCase: false, offset: 0, second: trigger.second, fourth: trigger.fourth },
      detector,
    );
    trigger.before.forEach((isBefore, before) => {
      trigger.first.forEach((isFirst, first) => {
        if (isBefore === 1 && isFirst === 1) enter((before << 7) | first, candidate);
      });
    });
    return;
  }
  const { ignoreCase } = trigger;
  const literal = ignoreCase ? trigger.literal.toLowerCase() : trigger.literal;
  if (literal.length > LONGEST_LITERAL) throw new RangeError(`a literal is longer than ${LONGEST_LITERAL}: ${literal}`);
  const offset = rarestPair(literal) + 1;
  const candidate = createCandidate({ literal, ignoreCase, offset, second: undefined, fourth: undefined }, detector);
  for (const first of cases(literal.charCodeAt(offset - 1), ignoreCase)) {
    for (const second of cases(literal.charCodeAt(offset), ignoreCase)) enter(((first & ASCII) << 7) | (second & ASCII), candidate);
  }
}

type CandidateTrigger = Pick<Candidate, 'literal' | 'ignoreCase' | 'offset' | 'second' | 'fourth'>;

/** All candidates are made here, so that they have one shape and reading them is fast. */
function createCandidate(trigger: CandidateTrigger, { startsWord, find, charge: chargeEach = 0 }: Detector): Candidate {
  const { literal, ignoreCase, offset, second, fourth } = trigger;
  const charge = literal.length < SHORTEST_CHARGED ? 0 : literal.length * chargeEach;
  return { literal, ignoreCase, offset, second, fourth, startsWord, charge, find };
}

/** Shorter literals stand in any text: `://`, `sk-`, `pat`. */
const SHORTEST_CHARGED = 4;

function createBucket(candidates: readonly Candidate[]): Bucket {
  const before = new Map<number, Candidate[]>();
  const behind = new Map<number, Candidate[]>();
  const open: Candidate[] = [];
  for (const candidate of candidates) {
    const { literal, offset, second } = candidate;
    if (second !== undefined) for (const code of codesOf(second)) append(behind, code, candidate);
    else if (literal.length > offset + 1) append(behind, (literal.charCodeAt(offset + 1) & ASCII) | CASE, candidate);
    else if (offset >= 2) append(before, (literal.charCodeAt(offset - 2) & ASCII) | CASE, candidate);
    else open.push(candidate);
  }
  const lists: (readonly Candidate[])[] = [[]];
  return { before: indexOf(before, lists), behind: indexOf(behind, lists), lists, open };
}

/** The scan looks at the lowest seven bits of a character; what lies beyond ASCII is told apart when its literal is compared. */
const ASCII = 127;

/** The bit in which capital and small letters differ. */
export const CASE = 32;

function codesOf(members: CharClass): ReadonlySet<number> {
  const codes = new Set<number>();
  members.forEach((isMember, code) => {
    if (isMember === 1) codes.add(code | CASE);
  });
  return codes;
}

function append(lists: Map<number, Candidate[]>, code: number, candidate: Candidate): void {
  lists.set(code, [...(lists.get(code) ?? []), candidate]);
}

function indexOf(byCode: ReadonlyMap<number, readonly Candidate[]>, lists: (readonly Candidate[])[]): Uint8Array {
  const index = new Uint8Array(128);
  for (const [code, list] of byCode) index[code] = lists.push(list) - 1;
  return index;
}

function cases(code: number, ignoreCase: boolean): readonly number[] {
  const isLower = code >= 97 && code <= 122;
  return ignoreCase && isLower ? [code, code - 32] : [code];
}
