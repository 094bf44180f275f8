/** Counts the placeholders of a text that comes in pieces, by what they stand for. */
export interface PlaceholderCount {
  add(text: string): void;
  /** Type (`github_token`, `content:string`) to number. */
  readonly counts: ReadonlyMap<string, number>;
}

const PLACEHOLDER = /\[redacted:([a-z0-9_]{1,48}(?::[a-z]{1,16})?)(?::\d{1,16})?\]/g;
const LONGEST = 96;

export function createPlaceholderCount(): PlaceholderCount {
  const counts = new Map<string, number>();
  let rest = '';
  return {
    add(text) {
      const whole = rest + text;
      let counted = 0;
      for (const match of whole.matchAll(PLACEHOLDER)) {
        const type = match[1] ?? '';
        counts.set(type, (counts.get(type) ?? 0) + 1);
        counted = match.index + match[0].length;
      }
      rest = whole.slice(Math.max(counted, whole.length - LONGEST));
    },
    counts,
  };
}

/** What was put in, most first: what came out less what had been there before. */
export function difference(after: PlaceholderCount, before: PlaceholderCount): readonly (readonly [type: string, count: number])[] {
  return [...after.counts]
    .map(([type, count]) => [type, count - (before.counts.get(type) ?? 0)] as const)
    .filter(([, count]) => count > 0)
    .sort(([one, oneCount], [other, otherCount]) => otherCount - oneCount || one.localeCompare(other));
}
