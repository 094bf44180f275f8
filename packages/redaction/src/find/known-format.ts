import type { Detector, Found } from '../scan/detector.ts';

/** Says whose a secret is when it stands beside a key: `token = ghp_…` is a GitHub token rather than a token. */
export type KnownFormat = (text: string, start: number, end: number) => string | undefined;

const PREFIX = 3;

/** Knows the formats of those detectors whose literals are at least three characters long. */
export function createKnownFormat(detectors: readonly Detector[]): KnownFormat {
  const byPrefix = new Map<string, Detector[]>();
  for (const detector of detectors) {
    for (const trigger of detector.triggers) {
      if (!('literal' in trigger) || trigger.literal.length < PREFIX) continue;
      const prefix = trigger.literal.slice(0, PREFIX);
      byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), detector]);
    }
  }
  return (text, start, end) => {
    const known = byPrefix.get(text.slice(start, start + PREFIX)) ?? [];
    const isWhole = (found: Found | undefined): found is Found =>
      found !== undefined && found.start === start && found.end >= end && found.type !== '';
    return known.map((detector) => detector.find(text, start, start)).find(isWhole)?.type;
  };
}
