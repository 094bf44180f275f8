import type { CharClass } from './char-class.ts';
import { EFFORT_AT_LONG_LITERAL, EFFORT_IN_VAIN, EFFORT_OF_FIND, type Detector, type Effort, type Trigger } from './detector.ts';
import { rarestPair } from './rarest-pair.ts';

/** A place to look at: the second of the pair of characters that was seen is `offset` after the start of `literal`. */
export interface Candidate {
  readonly literal: string;
  readonly ignoreCase: boolean;
  readonly offset: number;
  readonly earlier: CharClass | undefined;
  readonly second: CharClass | undefined;
  readonly fourth: CharClass | undefined;
  /** 0 if no word need begin before. */
  readonly lead: number;
  readonly startsWord: boolean;
  /** See `Effort`. */
  readonly inVain: number;
  readonly inTurns: number;
  readonly found: number;
  readonly closer: Effort['closer'];
  /** See `Detector`. */
  readonly reach: number;
  readonly find: Detector['find'];
}

/**
 * What may be at a pair: `lists[behind[placeOf(head, code)]]` by the character behind it, `lists[before[placeOf(head, code)]]` by the one
 * before it, `lists[open[head]]` whatever they are. List 0 is empty: nearly always there is nothing more to do. All of it lies side by side, for
 * what a text of noise asks for is scattered, and a processor keeps little at hand.
 */
export interface Choices {
  readonly behind: Uint16Array;
  readonly before: Uint16Array;
  readonly open: Uint16Array;
  readonly lists: readonly (readonly Candidate[])[];
  /** Of each list, to compare what stands at a place with all that may: mostly none of it is there, for three characters tell no more. */
  readonly efforts: Float64Array;
}

/**
 * One table lookup a character decides whether anything can be here. Of each literal the pair of neighbours that is rarest in
 * ordinary text is entered; `heads[previous << 7 | current]` is 0, or the number by which its choices are known.
 */
export interface Prefilter {
  readonly heads: Uint16Array;
  readonly choices: Choices;
  /**
   * By head, a bit for each character that may stand behind the pair, without regard to case; see `isNeighbour`. Nearly every pair ends
   * here: where neither neighbour is known there is nothing to look at.
   */
  readonly behind: Int32Array;
  /** The same of the character before the pair. */
  readonly before: Int32Array;
}

/** Beyond the end of any text: a small integer, which is passed on without being boxed. */
export const FAR = 0x3fffffff;

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
  const groups: (readonly Candidate[])[] = [[]];
  const shared = new SharedLists<Candidate>();
  for (const [pair, candidates] of byPair) {
    const known = shared.indexOf(candidates);
    heads[pair] = known;
    if (known === groups.length) groups.push(candidates);
  }
  const choices = createChoices(groups);
  return { heads, choices, ...masksOf(choices) };
}

/** Pairs at which the same may be share a head: the fewer there are, the more of them a processor keeps at hand. */
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

/** Two words a head: signs and digits, then letters. */
function masksOf({ behind, before, open }: Choices): Pick<Prefilter, 'behind' | 'before'> {
  const masks = { behind: new Int32Array(open.length * 2), before: new Int32Array(open.length * 2) };
  open.forEach((list, head) => {
    for (let code = 0; code < 128; code += 1) {
      const [word, bit] = [(head << 1) | (code >> 6), 1 << (code & 31)];
      if (list > 0 || (behind[placeOf(head, code)] ?? 0) > 0) masks.behind[word] = (masks.behind[word] ?? 0) | bit;
      if ((before[placeOf(head, code)] ?? 0) > 0) masks.before[word] = (masks.before[word] ?? 0) | bit;
    }
  });
  return masks;
}

/** Whether `code` is one of the neighbours that `masks` names for a head. */
export function isNeighbour(masks: Int32Array, head: number, code: number): boolean {
  return (((masks[(head << 1) | ((code >> 6) & 1)] ?? 0) >>> (code & 31)) & 1) === 1;
}

/** Where a table of choices has what it has for a neighbour of a head's pairs: small letters where it has capitals. */
export function placeOf(head: number, code: number): number {
  return (head << 6) | ((code >> 1) & 32) | (code & 31);
}

function enterTrigger(trigger: Trigger, detector: Detector, enter: (pair: number, candidate: Candidate) => void): void {
  if (!('literal' in trigger)) {
    const candidate = createCandidate(
      {
        literal: '',
        ignoreCase: false,
        offset: 0,
        earlier: trigger.earlier,
        second: trigger.second,
        fourth: trigger.fourth,
        lead: trigger.lead ?? 0,
      },
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
  const isRun = literal === literal.charAt(0).repeat(literal.length);
  const offset = isRun ? 0 : rarestPair(literal) + 1;
  const candidate = createCandidate(
    { literal, ignoreCase, offset, earlier: undefined, second: undefined, fourth: undefined, lead: 0 },
    detector,
  );
  // In a long run of its character a literal that is one begins but once: behind another.
  const others = isRun ? Array.from({ length: ASCII + 1 }, (_, code) => code).filter((code) => code !== literal.charCodeAt(0)) : undefined;
  for (const first of others ?? cases(literal.charCodeAt(offset - 1), ignoreCase)) {
    for (const second of cases(literal.charCodeAt(offset), ignoreCase)) enter(((first & ASCII) << 7) | (second & ASCII), candidate);
  }
}

type CandidateTrigger = Pick<Candidate, 'literal' | 'ignoreCase' | 'offset' | 'earlier' | 'second' | 'fourth' | 'lead'>;

/** All candidates are made here, so that they have one shape and reading them is fast. */
function createCandidate(trigger: CandidateTrigger, { startsWord, find, effort = {}, reach = FAR }: Detector): Candidate {
  const { literal, ignoreCase, offset, earlier, second, fourth, lead } = trigger;
  const { inVain = effortAt(literal), inTurns = 0, found = EFFORT_OF_FIND, closer } = effort;
  const turns = literal.length < SHORTEST_RARE ? 0 : inTurns;
  return {
    literal,
    ignoreCase,
    offset,
    earlier,
    second,
    fourth,
    lead,
    startsWord,
    inVain,
    inTurns: turns,
    found,
    closer,
    reach,
    find,
  };
}

/** Shorter literals stand in any text: `://`, `sk-`, `pat`. */
const SHORTEST_RARE = 4;

/** A long literal that is no word stands in hardly any text for nothing: what it may take to look there is asked for, not what it takes as a rule. */
function effortAt(literal: string): number {
  return isLongLiteral(literal) ? EFFORT_AT_LONG_LITERAL : EFFORT_IN_VAIN;
}

export function isLongLiteral(literal: string): boolean {
  return literal.length >= SHORTEST_LONG && !WORDS.test(literal);
}

const SHORTEST_LONG = 8;
const WORDS = /^[\p{L} ]+$/u;

function effortToCompare(candidates: readonly Candidate[]): number {
  return candidates.reduce((effort, { literal }) => effort + (literal === '' ? EFFORT_OF_CLASSES : EFFORT_OF_LITERAL), 0);
}

/** A literal is somewhere else in memory. */
const EFFORT_OF_LITERAL = 4.5;
const EFFORT_OF_CLASSES = 2;

function createChoices(groups: readonly (readonly Candidate[])[]): Choices {
  const lists: (readonly Candidate[])[] = [[]];
  const [behind, before, open] = [new Uint16Array(groups.length << 6), new Uint16Array(groups.length << 6), new Uint16Array(groups.length)];
  const add = (table: Uint16Array, place: number, candidate: Candidate): void => {
    const known = table[place] ?? 0;
    if (known > 0) lists[known] = [...(lists[known] ?? []), candidate];
    else table[place] = lists.push([candidate]) - 1;
  };
  groups.forEach((candidates, head) => {
    for (const candidate of candidates) {
      const { literal, offset, earlier, second } = candidate;
      if (earlier !== undefined) for (const place of placesOf(head, earlier)) add(before, place, candidate);
      else if (second !== undefined) for (const place of placesOf(head, second)) add(behind, place, candidate);
      else if (literal.length > offset + 1) add(behind, placeOf(head, literal.charCodeAt(offset + 1)), candidate);
      else if (offset >= 2) add(before, placeOf(head, literal.charCodeAt(offset - 2)), candidate);
      else add(open, head, candidate);
    }
  });
  return { behind, before, open, lists, efforts: Float64Array.from(lists, effortToCompare) };
}

/** The scan looks at the lowest seven bits of a character; what lies beyond ASCII is told apart when its literal is compared. */
const ASCII = 127;

function placesOf(head: number, members: CharClass): ReadonlySet<number> {
  const places = new Set<number>();
  members.forEach((isMember, code) => {
    if (isMember === 1) places.add(placeOf(head, code));
  });
  return places;
}

function cases(code: number, ignoreCase: boolean): readonly number[] {
  const isLower = code >= 97 && code <= 122;
  return ignoreCase && isLower ? [code, code - 32] : [code];
}
