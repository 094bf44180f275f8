export interface Column {
  readonly title: string;
  /** Numbers stand below each other's last digits. */
  readonly isNumber?: true;
}

/** Rows below a line of titles, in columns as wide as they must be, two blanks apart. */
export function renderColumns(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, at) =>
      columns[at]?.isNumber === true ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
    );
    return `${padded.join('  ').trimEnd()}\n`;
  };
  return [line(columns.map(({ title }) => title.toUpperCase())), ...rows.map(line)].join('');
}
