const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * The least timestamp (ISO 8601, milliseconds, `Z`) that is greater than `latest`, as SQLite compares texts, and not less than now. Texts that
 * are no timestamps and greater than all of them have none: the last there is.
 */
export function cutoffAfter(latest: string, nowMs: number): string {
  let low = Math.min(Math.max(0, Math.floor(nowMs)), LAST_MS);
  if (iso(low) > latest) return iso(low);
  let high = LAST_MS;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (iso(middle) > latest) high = middle;
    else low = middle + 1;
  }
  return iso(low);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
