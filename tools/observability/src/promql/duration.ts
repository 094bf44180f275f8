const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** A length of time in PromQL's notation, in the largest unit that divides it: `300` is `5m`, `0.5` is `500ms`. */
export function durationText(seconds: number): string {
  const unit = UNITS.find(([, size]) => seconds >= size && seconds % size === 0);
  return unit === undefined ? `${Math.round(seconds * 1_000)}ms` : `${seconds / unit[1]}${unit[0]}`;
}

/** How a table's seconds become durations. */
export type Time = (seconds: number) => string;

/** Durations `factor` times shorter, so that a test sees in seconds what takes hours. Thresholds stay as they are. */
export function shortened(factor: number): Time {
  return (seconds) => durationText(Math.max(1, Math.round((seconds * 1_000) / factor)) / 1_000);
}

const WORDS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** The same for people: `180` is `3 minutes`. */
export function spokenDuration(seconds: number): string {
  const [word, size] = WORDS.find(([, length]) => seconds >= length && seconds % length === 0) ?? ['second', 1];
  const count = seconds / size;
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** `0.02` is `2 %`, without the noise of binary fractions. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`;
}
