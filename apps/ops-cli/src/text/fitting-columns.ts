import { renderColumns, type Column } from './columns.ts';

export interface FittingColumn<T> extends Column {
  readonly of: (row: T) => string;
  /** Where there is not room for all, columns go in the order of these numbers, the highest first. Default: it stays. */
  readonly goes?: number;
}

/** Rows with as many columns as there is room for. Where even those that stay are too wide, lines are. */
export function renderFitting<T>(columns: readonly FittingColumn<T>[], rows: readonly T[], width: number): string {
  const steps = [...new Set(columns.map(({ goes = 0 }) => goes))].toSorted((a, b) => b - a);
  let text = '';
  for (const most of steps) {
    const shown = columns.filter(({ goes = 0 }) => goes <= most);
    text = renderColumns(
      shown,
      rows.map((row) => shown.map(({ of }) => of(row))),
    );
    if (fits(text, width)) return text;
  }
  return text;
}

export function fits(text: string, width: number): boolean {
  return text.split('\n').every((line) => line.length <= width);
}
