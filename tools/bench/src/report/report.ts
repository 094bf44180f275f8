import { numberText, ratioText } from './number-text.ts';
import { isMet, ratioOf, type Bound, type Row } from './row.ts';
import type { Table } from './table.ts';

/** What one benchmark came to. */
export interface Finding {
  readonly benchmark: string;
  readonly rows: readonly Row[];
  /** Why it broke. */
  readonly failure?: string;
}

/** The one table at the end. */
export function findingsTable(findings: readonly Finding[]): Table {
  return {
    title: 'Results',
    columns: ['benchmark', 'what', 'measured', 'unit', 'ratio', 'against', 'target', 'met'],
    rows: findings.flatMap(({ benchmark, rows, failure }) => [
      ...rows.map((row) => [benchmark, ...cells(row)]),
      ...(failure === undefined ? [] : [[benchmark, `broke: ${failure}`, '', '', '', '', '', 'no']]),
    ]),
  };
}

function cells(row: Row): string[] {
  const { reference } = row;
  const ratio = ratioOf(row);
  const met = isMet(row);
  return [
    row.what,
    numberText(row.measured),
    row.unit,
    ratio === undefined ? '' : ratioText(ratio),
    reference === undefined ? '' : `${reference.name} ${numberText(reference.measured)}`,
    targetText(row),
    met === undefined ? '' : met ? 'yes' : 'NO',
  ];
}

function targetText({ target }: Row): string {
  const bound = ({ op, value }: Bound): string => `${op} ${value.toLocaleString('en-US')}`;
  return [
    ...(target?.measured === undefined ? [] : [bound(target.measured)]),
    ...(target?.ratio === undefined ? [] : [`ratio ${bound(target.ratio)}`]),
  ].join(', ');
}

/** The same as data: rows with `ratio` and `met` worked out. */
export function findingsJson(findings: readonly Finding[]): object[] {
  return findings.map(({ benchmark, rows, failure }) => ({
    benchmark,
    rows: rows.map((row) => ({ ...row, ratio: ratioOf(row), met: isMet(row) })),
    failure,
  }));
}
