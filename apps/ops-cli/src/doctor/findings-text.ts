import type { Paint } from '../text/paint.ts';
import { printable } from '../text/printable.ts';
import { hang } from '../text/wrap.ts';
import { CHECK_NAMES, SEVERITIES, type NamedFinding, type Severity } from './finding.ts';

const MARKS: Readonly<Record<Severity, { readonly mark: string; readonly style: Parameters<Paint>[0] }>> = {
  error: { mark: '✗', style: ['bold', 'red'] },
  warning: { mark: '!', style: 'yellow' },
  note: { mark: '·', style: 'dim' },
  ok: { mark: '✓', style: 'green' },
};

const NAME_WIDTH = Math.max(...CHECK_NAMES.map((name) => name.length));
const PLAIN_WIDTH = 120;

/** Errors first; what to do below each. The last line counts them. */
export function renderFindings(
  findings: readonly NamedFinding[],
  { paint, columns }: { paint: Paint; columns: number | undefined },
): string {
  const width = columns ?? PLAIN_WIDTH;
  const lines = SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity)).flatMap((finding) => {
    const { mark, style } = MARKS[finding.severity];
    const head = `${mark} ${finding.check.padEnd(NAME_WIDTH)}  `;
    const [first = '', ...rest] = hang(head, printable(finding.text), width);
    const advice = finding.advice === undefined ? [] : hang(`${' '.repeat(head.length)}→ `, printable(finding.advice), width);
    return [
      `${paint(style, first.slice(0, head.length))}${first.slice(head.length)}`,
      ...rest,
      ...advice.map((line) => paint('cyan', line)),
    ];
  });
  return `${[...lines, '', summaryOf(findings)].join('\n')}\n`;
}

export function countOf(findings: readonly NamedFinding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

function summaryOf(findings: readonly NamedFinding[]): string {
  const [errors, warnings] = [countOf(findings, 'error'), countOf(findings, 'warning')];
  const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
  return errors + warnings === 0 ? 'Nothing is wrong.' : `${counted(errors, 'error')}, ${counted(warnings, 'warning')}.`;
}
