import type { MatchPlace } from './rule.ts';

const SOURCE = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}';
const WHOLE = new RegExp(`^${SOURCE}$`, 'i');
const ANYWHERE = new RegExp(SOURCE, 'gi');
const LENGTH = 36;

export function isUuid(text: string): boolean {
  return WHOLE.test(text);
}

/** Whether a number is part of a UUID: some begin as the number of an account does, and one in ten thousand has its check digits. */
export function isInUuid(written: string, { text, floor, start }: MatchPlace): boolean {
  if (!written.includes('-')) return false;
  const from = Math.max(floor, start - LENGTH + 1);
  const uuids = [...text.slice(from, start + LENGTH).matchAll(ANYWHERE)];
  return uuids.some(({ index }) => from + index <= start && start < from + index + LENGTH);
}
