import { PLACEHOLDER_START } from '../placeholder.ts';
import { startsWord } from './boundary.ts';
import { codeAt, has } from './char-class.ts';
import { REACH_RIGHT, type Found } from './detector.ts';
import { LONGEST_LITERAL, type Bucket, type Candidate } from './prefilter.ts';

/** What `look` says when the text at hand is too short to tell. */
export const UNDECIDED: Found = { start: -1, end: -1, type: '' };

/** Beyond the end of any text: a small integer, which is passed on without being boxed. */
export const FAR = 0x3fffffff;

/** Asks those who may find something at a pair whose second character is at `at`. No text is known from `available` on. */
export function look(text: string, at: number, floor: number, bucket: Bucket | undefined, available: number): Found | undefined {
  if (bucket === undefined) return undefined;
  if (at + LONGEST_LITERAL > available) return UNDECIDED;
  const { candidates, probes } = bucket;
  if (!bucket.isOpen && bucket.before[(codeAt(text, at - 2) & 127) | 32] === 0 && bucket.behind[(codeAt(text, at + 1) & 127) | 32] === 0)
    return undefined;
  for (let index = 0; index < candidates.length; index += 1) {
    const code = probes[2 * index + 1] ?? -1;
    if (code >= 0 && (codeAt(text, at + (probes[2 * index] ?? 0)) | 32) !== code) continue;
    const found = check(text, at, floor, candidates[index], available);
    if (found !== undefined) return found;
  }
  return undefined;
}

function check(text: string, at: number, floor: number, candidate: Candidate | undefined, available: number): Found | undefined {
  if (candidate === undefined) return undefined;
  const start = at - candidate.offset;
  const { second, fourth } = candidate;
  if (second !== undefined && !has(second, codeAt(text, at + 1))) return undefined;
  if (fourth !== undefined && !has(fourth, codeAt(text, at + 3))) return undefined;
  if (start < floor || !isLiteralAt(text, start, candidate)) return undefined;
  if (candidate.startsWord && start !== floor && !startsWord(text, start)) return undefined;
  if (start + REACH_RIGHT > available) return UNDECIDED;
  const found = candidate.find(text, start, floor);
  return found !== undefined && (found.type === '' || !holdsPlaceholder(text, found)) ? found : undefined;
}

function holdsPlaceholder(text: string, { start, end }: Found): boolean {
  return text.slice(Math.max(0, start - PLACEHOLDER_START.length), end).includes(PLACEHOLDER_START);
}

function isLiteralAt(text: string, start: number, candidate: Candidate): boolean {
  const { literal, ignoreCase } = candidate;
  for (let at = 0; at < literal.length; at += 1) {
    const expected = literal.charCodeAt(at);
    const code = codeAt(text, start + at);
    if (code === expected) continue;
    if (!ignoreCase || (code | 32) !== expected || expected < 97 || expected > 122) return false;
  }
  return true;
}
