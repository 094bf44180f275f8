/** Text in columns. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const GAP = '  ';
const NUMERIC = /^[-+]?[\d,]*\.?\d+%?$/;

/** A title, a line of headings, a rule, and the rows; columns in which every cell is a number are flush right. */
export function renderTable(table: Table): string {
  const { columns, rows } = table;
  const widths = columns.map((heading, at) => Math.max(heading.length, ...rows.map((row) => (row[at] ?? '').length)));
  const flushRight = columns.map((_, at) => rows.every((row) => (row[at] ?? '') === '' || NUMERIC.test(row[at] ?? '')));
  const line = (cells: readonly string[]): string =>
    columns
      .map((_, at) => {
        const cell = cells[at] ?? '';
        return flushRight[at] === true ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0);
      })
      .join(GAP)
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join(GAP);
  return [table.title, line(columns), rule, ...rows.map(line)].map((text) => `${text}\n`).join('');
}
