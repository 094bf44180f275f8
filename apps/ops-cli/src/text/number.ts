/** `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 row`, `20,000 rows`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

const UNITS: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
];

/** `42 s`, `7 min`, `3 h`, `12 d`: how old something is, in whole units that are over. */
export function formatAge(seconds: number): string {
  return inUnits(seconds, Math.floor);
}

/** The same of what is yet to come, to the nearest unit: what was to come in 5 min is in 5 min a moment later. */
export function formatWait(seconds: number): string {
  return inUnits(seconds, Math.round);
}

function inUnits(seconds: number, whole: (count: number) => number): string {
  const [length, unit] = UNITS.find(([each]) => whole(seconds) >= 2 * each) ?? [1, 's'];
  return `${Math.max(0, whole(seconds / length))} ${unit}`;
}
