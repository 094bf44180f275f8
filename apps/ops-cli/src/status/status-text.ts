import type { Paint } from '../text/paint.ts';
import { clip } from '../text/printable.ts';
import { hang } from '../text/wrap.ts';
import type { Finding, StatusDocument, Unseen, Verdict } from './document.ts';
import { panelsOf, UNKNOWN, type Panel, type Tone } from './panels.ts';

export interface StatusTextOptions {
  readonly paint: Paint;
  /** Undefined: 100. */
  readonly columns: number | undefined;
}

type Style = Parameters<Paint>[0];

/** A line, and how it looks with colour. */
interface Line {
  readonly text: string;
  readonly painted: string;
}

const PLAIN_WIDTH = 100;
/** From here on panels stand beside each other. */
const WIDE = 110;
const GUTTER = 3;
const LABEL_WIDTH = 13;
const MARKS: Readonly<Record<Finding['severity'], string>> = { unhealthy: '✗', maintenance: '!', degraded: '!', note: '·' };
const STYLES: Readonly<Record<Verdict | 'note', Style>> = {
  healthy: ['bold', 'green'],
  degraded: ['bold', 'yellow'],
  maintenance: ['bold', 'yellow'],
  unhealthy: ['bold', 'red'],
  note: 'cyan',
};
const TONES: Readonly<Record<Tone, Style | undefined>> = { good: 'green', bad: 'red', odd: 'yellow', plain: undefined };

/** The verdict, why and what to do, then all that was seen, then what was not. */
export function statusText(status: StatusDocument, { paint, columns = PLAIN_WIDTH }: StatusTextOptions): string {
  const { verdict, sentence, findings, unseen, url, at } = status;
  const word = verdict.toUpperCase();
  const [first = '', ...rest] = hang('', `${word} — ${sentence}`, columns);
  const [gravest] = findings;
  const isVerdict = gravest !== undefined && gravest.severity !== 'note';
  const lines = [
    `${paint(STYLES[verdict], first.slice(0, word.length))}${paint('bold', first.slice(word.length))}`,
    ...rest.map((line) => paint('bold', line)),
    ...(isVerdict ? hang('→ ', gravest.next, columns) : []),
    paint('dim', clip(`${url}  ${at}`, columns)),
    ...findingLines(isVerdict ? findings.slice(1) : findings, columns, paint),
    ...panelLines(shownPanels(status), columns, paint),
    ...unseenLines(unseen, columns, paint),
  ];
  return `${lines.join('\n')}\n`;
}

/** Those that are not the verdict. */
function findingLines(findings: readonly Finding[], columns: number, paint: Paint): readonly string[] {
  return findings.flatMap(({ severity, text, next }) => {
    const mark = `${MARKS[severity]} `;
    const told = hang(mark, text, columns).map((line) => paintHead(line, mark.length, STYLES[severity], paint));
    return [...told, ...hang('  → ', next, columns)];
  });
}

function unseenLines(unseen: readonly Unseen[], columns: number, paint: Paint): readonly string[] {
  // Where it does not answer, one sentence is enough.
  const others = unseen.some(({ what }) => what === 'probes') ? unseen.filter(({ what }) => what === 'state_dir') : unseen;
  if (others.length === 0) return [];
  const byReason = Map.groupBy(others, ({ why }) => why);
  const lines = [...byReason].flatMap(([why, all]) => {
    const head = `? ${all.map(({ what }) => what.replaceAll('_', ' ')).join(', ')}: `;
    return hang('', `${head}${why}`, columns);
  });
  return ['', ...lines.map((line) => paint('dim', line))];
}

/** Of a proxy that does not answer, only what is known without it. */
function shownPanels(status: StatusDocument): readonly Panel[] {
  const panels = panelsOf(status);
  if (status.probe !== null) return panels;
  return panels
    .map(({ title, rows }) => ({ title, rows: rows.filter(({ value }) => !value.includes(UNKNOWN)) }))
    .filter(({ rows }) => rows.length > 0);
}

function panelLines(panels: readonly Panel[], columns: number, paint: Paint): readonly string[] {
  return panels.length === 0 ? [] : ['', ...layout(panels, columns, paint)];
}

function layout(panels: readonly Panel[], columns: number, paint: Paint): readonly string[] {
  if (columns < WIDE) return panels.flatMap((panel) => linesOf(panel, columns, paint).map(({ painted }) => painted));
  const width = Math.floor((columns - GUTTER) / 2);
  const lines: string[] = [];
  for (let at = 0; at < panels.length; at += 2) {
    const [left, right] = [panels[at], panels[at + 1]].map((panel) => (panel === undefined ? [] : linesOf(panel, width, paint)));
    const height = Math.max(left?.length ?? 0, right?.length ?? 0);
    for (let index = 0; index < height; index += 1) {
      const { text = '', painted = '' } = left?.[index] ?? {};
      lines.push(`${painted}${' '.repeat(Math.max(0, width - text.length) + GUTTER)}${right?.[index]?.painted ?? ''}`.trimEnd());
    }
  }
  return lines;
}

function linesOf({ title, rows }: Panel, width: number, paint: Paint): readonly Line[] {
  const head = title.toUpperCase();
  return [
    { text: head, painted: paint('bold', head) },
    ...rows.flatMap(({ label, value, tone }) => {
      const style = TONES[tone];
      return hang(`  ${label.padEnd(LABEL_WIDTH)}`, value, width).map((text): Line => {
        const [left, right] = [text.slice(0, LABEL_WIDTH + 2), text.slice(LABEL_WIDTH + 2)];
        return { text, painted: `${paint('dim', left)}${style === undefined ? right : paint(style, right)}` };
      });
    }),
  ];
}

function paintHead(line: string, width: number, style: Style, paint: Paint): string {
  return `${paint(style, line.slice(0, width))}${line.slice(width)}`;
}
