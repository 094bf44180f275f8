import { formatMs } from '../text/duration.ts';
import type { Paint } from '../text/paint.ts';
import { printable } from '../text/printable.ts';
import { hang } from '../text/wrap.ts';
import { countOf, type Verdict } from './verdict.ts';

export interface VerdictTextOptions {
  readonly paint: Paint;
  /** Lines are broken at it; undefined: at 120. */
  readonly columns: number | undefined;
}

const MARKS: Readonly<Record<Verdict['outcome'], { readonly mark: string; readonly style: Parameters<Paint>[0] }>> = {
  passed: { mark: '✓', style: 'green' },
  failed: { mark: '✗', style: ['bold', 'red'] },
  skipped: { mark: '–', style: 'yellow' },
};

const PLAIN_WIDTH = 120;
const INDENT = '    ';
/** As many reasons are shown; `--json` has them all. */
const MOST_REASONS = 10;

/** One step: what it was and how long it took, then what it noted or why it did not pass. */
export function renderVerdict(verdict: Verdict, { paint, columns }: VerdictTextOptions): string {
  const width = columns ?? PLAIN_WIDTH;
  const { mark, style } = MARKS[verdict.outcome];
  const [first = '', ...rest] = hang('  ', `${printable(verdict.name)} (${formatMs(verdict.duration_ms)})`, width);
  const lines = [
    `${paint(style, mark)}${first.slice(1)}`,
    ...rest,
    ...detailsOf(verdict).flatMap((text) => hang(INDENT, printable(text), width)),
  ];
  return `${lines.join('\n')}\n`;
}

function detailsOf(verdict: Verdict): readonly string[] {
  if (verdict.outcome === 'passed') return verdict.note === undefined ? [] : [verdict.note];
  const more = verdict.why.length - MOST_REASONS;
  const why = [...verdict.why.slice(0, MOST_REASONS), ...(more > 0 ? [`and ${more} more`] : [])];
  return verdict.outcome === 'skipped' ? why.map((text) => `skipped: ${text}`) : why;
}

/** `11 passed, 1 failed, 2 skipped.` */
export function renderSum(verdicts: readonly Verdict[]): string {
  const [failures, skips] = [countOf(verdicts, 'failed'), countOf(verdicts, 'skipped')];
  const parts = [`${countOf(verdicts, 'passed')} passed`, `${failures} failed`, ...(skips > 0 ? [`${skips} skipped`] : [])];
  return `\n${parts.join(', ')}.\n`;
}
