const MOST_EDITS = 2;
/** A shorter piece stands in too many names to mean one of them. */
const SHORTEST_PIECE = 3;

/** The one of `known` that is at most two keystrokes away from a word; undefined when none is. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known.map((name) => ({ name, edits: editsBetween(word, name) })).filter(({ edits }) => edits <= MOST_EDITS);
  return ranked.toSorted((a, b) => a.edits - b.edits)[0]?.name;
}

/** Up to `most` of `known` that a word may have meant: at most two keystrokes away, else with it or a part of it in them; the nearest first. */
export function similar(word: string, known: readonly string[], most: number): readonly string[] {
  const pieces = word.split(/[^A-Za-z0-9]+/).filter((piece) => piece.length >= SHORTEST_PIECE);
  const ranked = known.map((name) => {
    const edits = editsBetween(word, name);
    const parts = pieces.filter((piece) => name.toLowerCase().includes(piece.toLowerCase())).length;
    return { name, edits, parts, isNear: edits <= MOST_EDITS };
  });
  const near = ranked.filter(({ isNear }) => isNear);
  return (near.length > 0 ? near : ranked.filter(({ parts }) => parts > 0))
    .toSorted((a, b) => b.parts - a.parts || a.edits - b.edits)
    .slice(0, most)
    .map(({ name }) => name);
}

/** Levenshtein's distance. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
