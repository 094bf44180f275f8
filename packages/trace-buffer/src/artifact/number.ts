/** Milliseconds between two times, to the microsecond; never negative. */
export function elapsedMs(fromMs: number, toMs: number): number {
  const ms = Math.round((toMs - fromMs) * 1_000) / 1_000;
  return ms > 0 && ms < Number.MAX_SAFE_INTEGER ? ms : 0;
}

/** A count as the schema has it, whatever it is. */
export function whole(value: number): number {
  return value > 0 && value < Number.MAX_SAFE_INTEGER ? Math.round(value) : 0;
}
