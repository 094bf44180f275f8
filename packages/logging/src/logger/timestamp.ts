/** ISO 8601 UTC with milliseconds of `now()`; the text is made once a millisecond. */
export function createTimestamp(now: () => number): () => string {
  let lastMs = Number.NaN;
  let text = '';
  return () => {
    const ms = Math.floor(now());
    if (ms !== lastMs) {
      text = new Date(ms).toISOString();
      lastMs = ms;
    }
    return text;
  };
}
