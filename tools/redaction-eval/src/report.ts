import type { Score } from './score.ts';
import type { Throughput } from './throughput.ts';

/** What was measured of one corpus file. Holds no text of it. */
export interface Report {
  readonly corpus: string;
  readonly score: Omit<Score, 'cases'>;
  readonly throughput: Throughput;
}

/** A table for people, one line a corpus, then the rules that went wrong. */
export function renderTable(reports: readonly Report[]): string {
  const rows = [
    ['corpus', 'recall', 'positives', 'touched', 'negatives', 'damaged', 'identifiers', 'M/s'],
    ...reports.map(({ corpus, score, throughput }) => [
      corpus,
      score.positives === 0 ? '-' : score.recall.toFixed(4),
      String(score.positives),
      String(score.touched),
      String(score.negatives),
      String(score.damaged),
      String(score.identifiers),
      throughput.megaUnitsPerSecond.toFixed(1),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
  );
  return [...lines, ...reports.flatMap(renderFaults)].join('\n');
}

function renderFaults({ corpus, score }: Report): readonly string[] {
  const faults: readonly (readonly [string, readonly string[]])[] = [
    ['missed', score.missedRules],
    ['touched', score.touchedRules],
    ['damaged', score.damagedRules],
  ];
  return faults.filter(([, rules]) => rules.length > 0).map(([fault, rules]) => `${corpus}: ${fault}: ${rules.join(', ')}`);
}
