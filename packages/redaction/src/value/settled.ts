/** A text that is still another after so many rounds was made for it. */
const MOST_ROUNDS = 4;

/**
 * Redacts until nothing changes. What is taken out can make a text what it was not: JSON that can be read, or one that begins near enough to
 * the start of the text.
 */
export function settled(text: string, redact: (text: string) => string): string {
  let before = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const after = redact(before);
    if (after === before) break;
    before = after;
  }
  return before;
}
