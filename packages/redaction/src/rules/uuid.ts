import type { MatchPlace } from './rule.ts';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const LENGTH = 36;

/** Whether a number is part of a UUID: some begin as the number of an account does, and one in ten thousand has its check digits. */
export function isInUuid(written: string, { text, floor, start }: MatchPlace): boolean {
  if (!written.includes('-')) return false;
  const from = Math.max(floor, start - LENGTH + 1);
  for (const { index } of text.slice(from, start + LENGTH).matchAll(UUID))
    if (from + index <= start && start < from + index + LENGTH) return true;
  return false;
}
