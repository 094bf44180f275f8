const BAR_WIDTH = 24;

/** `▕██████      ▏  25 %`. Empty where nothing is known of the whole. */
export function bar(done: number, total: number): string {
  if (total <= 0) return '';
  const share = Math.min(1, Math.max(0, done / total));
  const filled = Math.round(share * BAR_WIDTH);
  return `▕${'█'.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}▏${String(Math.round(share * 100)).padStart(4)} %`;
}
