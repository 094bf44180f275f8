const THOUSANDS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Three or more significant digits, thousands grouped: `8,412`, `33.1`, `0.97`. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return '—';
  const size = Math.abs(value);
  if (size >= 1_000 || Number.isInteger(value)) return THOUSANDS.format(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** A ratio, to three decimals: targets of a few per cent are told apart. */
export function ratioText(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '—';
}
