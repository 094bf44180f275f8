import { meanOf, quantileOf, type Quantile } from '../exposition/distribution.ts';
import type { Labels } from '../exposition/exposition.ts';
import { formatBytes, formatMs } from '../text/duration.ts';
import { formatCount } from '../text/number.ts';
import type { Paint } from '../text/paint.ts';
import { clip, printable } from '../text/printable.ts';
import { sparkline } from '../text/sparkline.ts';
import { hang } from '../text/wrap.ts';
import type { Frame, Row } from './metrics-history.ts';
import { QUANTILES } from './series-document.ts';

export interface MetricsTextOptions {
  readonly paint: Paint;
  readonly columns: number;
  readonly url: string;
  /** When it was scraped, ISO 8601 UTC. */
  readonly at: string;
}

const MOST_SPARKS = 40;
const LEAST_SPARKS = 8;
const INDENT = '  ';
const GAP = '  ';

/** Families with the names of their labels, and below each its series: values of the labels, what was measured, rate and trend. */
export function metricsText({ rows, watchedMs }: Frame, { paint, columns, url, at }: MetricsTextOptions): string {
  const watched = watchedMs === 0 ? '' : `, watched for ${formatMs(watchedMs)}`;
  const families = Map.groupBy(rows, ({ series }) => series.name);
  const blocks = [...families].map(([name, members]) => familyText(name, members, { paint, columns, isWatched: watchedMs > 0 }));
  const head = hang('', `${url}  ${at}${watched}`, columns).map((line) => paint('dim', line));
  return `${[...head, ...blocks].join('\n')}\n`;
}

interface FamilyOptions {
  readonly paint: Paint;
  readonly columns: number;
  readonly isWatched: boolean;
}

function familyText(name: string, rows: readonly Row[], { paint, columns, isWatched }: FamilyOptions): string {
  const names = Object.keys(rows[0]?.series.labels ?? {}).join(' ');
  const head = clip(printable(name), columns);
  const labels = padded(
    rows.map(({ series }) => [labelText(series.labels)]),
    'end',
  );
  const cells = rows.map((row) => cellsOf(row, isWatched).toSpliced(1, 0, ...(row.rate === undefined ? [] : [rateText(row.rate)])));
  const values = fitting(cells, columns - INDENT.length * 2);
  const labelWidth = labels[0]?.length ?? 0;
  const valueWidth = values[0]?.length ?? 0;
  const isBroken = labelWidth > 0 && INDENT.length + labelWidth + GAP.length + valueWidth > columns;
  const indent = isBroken ? INDENT.length * 2 : INDENT.length + (labelWidth === 0 ? 0 : labelWidth + GAP.length);
  const room = Math.min(MOST_SPARKS, columns - indent - valueWidth - GAP.length);
  const lines = rows.flatMap((row, index) => {
    const [label = '', value = ''] = [labels[index], values[index]];
    const spark = isWatched && room >= LEAST_SPARKS ? `${GAP}${paint('cyan', sparkline(row.trend.slice(-room)))}` : '';
    if (isBroken) return [clip(`${INDENT}${label.trimEnd()}`, columns), `${clip(`${INDENT}${INDENT}${value}`, columns)}${spark}`];
    return [`${clip(`${INDENT}${labelWidth === 0 ? '' : `${label}${GAP}`}${value}`, columns)}${spark}`];
  });
  const title = `${paint('bold', head)}${paint('dim', clip(names === '' ? '' : `${GAP}${names}`, Math.max(0, columns - head.length)))}`;
  return [title, ...lines].join('\n');
}

/** As many cells as there is room for, the least of them, the last, going first: none is cut. */
function fitting(rows: readonly (readonly string[])[], room: number): readonly string[] {
  const most = Math.max(...rows.map((row) => row.length));
  for (let count = most; ; count -= 1) {
    const lines = padded(
      rows.map((row) => row.slice(0, count)),
      'start',
    );
    if (count <= 1 || (lines[0]?.length ?? 0) <= room) return lines;
  }
}

/** Rows of cells as lines of one width, cells below each other. */
function padded(rows: readonly (readonly string[])[], side: 'start' | 'end'): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) => Math.max(0, ...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    widths.map((width, at) => (side === 'start' ? (row[at] ?? '').padStart(width) : (row[at] ?? '').padEnd(width))).join(GAP),
  );
}

/** `/v1/models GET 2xx`. */
function labelText(labels: Labels): string {
  return Object.values(labels).map(printable).join(' ');
}

/** The least of them last. */
function cellsOf({ series, distribution }: Row, isWatched: boolean): readonly string[] {
  const { name } = series;
  switch (series.kind) {
    case 'counter':
    case 'gauge':
      return [amount(name, series.value)];
    case 'summary': {
      const quantiles = Object.entries(series.quantiles).map(
        ([q, value]) => `${quantileName(Number(q))} ${Number.isNaN(value) ? '-' : amount(name, value)}`,
      );
      // What it counts it counts since the start; its quantiles are those of a window.
      return [`n ${formatCount(series.count)}`, `in 5 min ${quantiles[0] ?? '-'}`, ...quantiles.slice(1)];
    }
    case 'histogram': {
      const shown = distribution ?? series.distribution;
      const mean = meanOf(shown);
      const quantiles = QUANTILES.map((q) => `${quantileName(q)} ${quantileText(name, quantileOf(shown, q))}`);
      const count = isWatched
        ? `n ${formatCount(shown.count)} of ${formatCount(series.distribution.count)}`
        : `n ${formatCount(shown.count)}`;
      return [count, ...quantiles, `mean ${mean === undefined ? '-' : amount(name, mean)}`];
    }
  }
}

function quantileName(q: number): string {
  return `p${Math.round(q * 100)}`;
}

function quantileText(name: string, { value, isBeyond }: Quantile): string {
  if (value === undefined) return '-';
  return `${isBeyond ? '>' : ''}${amount(name, value)}`;
}

/** A value in the unit that the name of its metric ends in. */
export function amount(name: string, value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (name.endsWith('_ms')) return formatMs(value);
  if (name.endsWith('_bytes')) return formatBytes(value);
  if (name.endsWith('_timestamp_seconds') || name.endsWith('_time_seconds')) {
    return value === 0 ? 'never' : new Date(value * 1000).toISOString();
  }
  if (name.endsWith('_seconds')) return formatMs(value * 1000);
  return Number.isInteger(value) ? formatCount(value) : value.toPrecision(4);
}

/** `12.5/s`. */
export function rateText(rate: number): string {
  return `${rate === 0 ? '0' : rate < 0.995 ? rate.toFixed(2) : rate < 99.5 ? rate.toFixed(1) : formatCount(Math.round(rate))}/s`;
}
