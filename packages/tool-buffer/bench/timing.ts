/** Megabytes a second (10⁶ characters) at which `call` takes so many: the best of many runs, for what a run takes on top is the machine's other work. */
export function megabytesPerSecond(characters: number, call: () => unknown, runs = 40): number {
  let bestMs = Infinity;
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    call();
    bestMs = Math.min(bestMs, performance.now() - start);
  }
  return characters / bestMs / 1000;
}

/** Rows under a heading, in columns. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return `${rows.map(line).join('\n')}\n\n`;
}
