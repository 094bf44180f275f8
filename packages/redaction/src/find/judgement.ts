import type { KeyPolicy, KeyVerdict } from '../keys/key-policy.ts';
import { codeAt } from '../scan/char-class.ts';
import type { Found } from '../scan/detector.ts';
import type { KnownFormat } from './known-format.ts';
import { isSecretValue } from './secret-value.ts';
import type { ValuePlace } from './value-after.ts';

/** What detectors of keys with values go by. */
export interface Judges {
  readonly keys: KeyPolicy;
  readonly knownFormat: KnownFormat;
}

const SHORTEST_VALUE = 3;
/** The beginning of a long value says what it is. */
const LONGEST_JUDGED = 160;

export function mayBeSecret({ kind }: KeyVerdict): boolean {
  return kind === 'secret' || kind === 'weak' || kind === 'vendor';
}

/** Most colons and equal signs have no value behind them that could be a secret: the key need not be looked at. */
export function hasValue(text: string, at: number): boolean {
  return text.length - at >= SHORTEST_VALUE && codeAt(text, at) > 32;
}

/** A find, if the value beside the key is a secret. */
export function judged(knownFormat: KnownFormat, text: string, place: ValuePlace, verdict: KeyVerdict): Found | undefined {
  const { start, setting, tail } = place;
  const end = setting === 'bare' && tail === undefined ? withoutPunctuation(text, start, place.end) : place.end;
  if (end - start < SHORTEST_VALUE) return undefined;
  if (!isSecretValue(text.slice(start, Math.min(end, start + LONGEST_JUDGED)), verdict, setting)) return undefined;
  return { start, end, type: knownFormat(text, start, end) ?? verdict.type, tail };
}

function withoutPunctuation(text: string, start: number, end: number): number {
  const last = codeAt(text, end - 1);
  return end > start && (last === 46 || last === 58 || last === 63 || last === 33) && end - start < 24 ? end - 1 : end;
}
