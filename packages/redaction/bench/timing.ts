/** Microseconds that one call takes: the best of many batches, for what comes on top of that is the machine's other work. */
export function microseconds(call: () => unknown, batches = 30): number {
  let calls = 1;
  let elapsedMs = 0;
  while (elapsedMs < 4) {
    calls *= 2;
    elapsedMs = timed(call, calls);
  }
  let bestMs = Infinity;
  for (let batch = 0; batch < batches; batch += 1) bestMs = Math.min(bestMs, timed(call, calls));
  return (bestMs * 1000) / calls;
}

function timed(call: () => unknown, calls: number): number {
  const start = performance.now();
  for (let count = 0; count < calls; count += 1) call();
  return performance.now() - start;
}

/** Rows under a heading, in columns. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return `${rows.map(line).join('\n')}\n\n`;
}

export interface Target {
  readonly op: '≥' | '≤';
  readonly value: number;
}

/** What was measured, what was asked for, and whether that is met. */
export function verdictRow(what: string, measured: number, unit: string, { op, value }: Target): string[] {
  const isMet = op === '≥' ? measured >= value : measured <= value;
  return [what, measured.toFixed(2), unit, `${op} ${Number(value.toFixed(3))}`, isMet ? 'yes' : 'NO'];
}
