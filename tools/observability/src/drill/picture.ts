import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Panel, Unit } from '../dashboard/panel.ts';
import { FACTOR, INTERVAL_MS, shorter } from '../live/pace.ts';
import type { Course } from '../live/prometheus.ts';
import { SCRAPE_JOB } from '../objectives.ts';

const WIDTH = 720;
const HEIGHT = 220;
const FIRING_COLOUR = '#c4162a';
const UNIT_NAMES: Readonly<Record<Unit, string>> = {
  reqps: 'requests a second',
  cps: 'a second',
  ms: 'milliseconds',
  s: 'seconds',
  bytes: 'bytes',
  percentunit: 'per cent',
  short: 'count',
  none: '',
};

/** A query of a panel as the drill's Prometheus is asked it: its variables set, the windows written in it shortened as those of the rules are. */
export function drillQuery(expr: string): string {
  return expr
    .replaceAll('$__rate_interval', `${INTERVAL_MS * 6}ms`)
    .replaceAll('$job', SCRAPE_JOB)
    .replaceAll(/\$(instance|model)/g, '.*')
    .replaceAll('[10m]', `[${shorter(600)}]`);
}

/** The name of a series: `{{label}}` stands for the label. */
export function legendOf(legend: string, labels: Readonly<Record<string, string>>): string {
  return legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '');
}

export interface Picture {
  readonly panel: Panel;
  readonly series: readonly { readonly legend: string; readonly course: Course }[];
  /** What the picture is about: between these the alert fired. */
  readonly alert: string;
  readonly firedAtMs: number;
  readonly clearedAtMs: number;
}

/** The panel as SVG: lines over time in UTC, the time of firing shaded. */
export async function drawPicture(picture: Picture): Promise<string> {
  const view = new View(parse(compile(specification(picture)).spec), { renderer: 'none' });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

function specification({ panel, series, alert, firedAtMs, clearedAtMs }: Picture): TopLevelSpec {
  const points = series.flatMap(({ legend, course }) =>
    course.points.filter(({ value }) => Number.isFinite(value)).map(({ timeMs, value }) => ({ time: timeMs, value, series: legend })),
  );
  // A threshold far above all lines would flatten them.
  const highest = Math.max(...points.map(({ value }) => value));
  const words = Object.entries(panel.words ?? {}).map(([value, { text }]) => ({ value: Number(value), text }));
  const labelExpr = words.reduceRight((rest, { value, text }) => `datum.value === ${value} ? '${text}' : ${rest}`, "''");
  /** Outside of what is shaded, which can be narrow. */
  const marks = [
    { time: firedAtMs, text: `fires ${clock(firedAtMs)}`, align: 'right' as const, dx: -4 },
    { time: clearedAtMs, text: `clears ${clock(clearedAtMs)}`, align: 'left' as const, dx: 4 },
  ];
  const x = {
    field: 'time',
    type: 'temporal',
    scale: { type: 'utc' },
    axis: { format: '%H:%M:%S', labelOverlap: true },
    title: 'time, UTC',
  } as const;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: WIDTH,
    height: HEIGHT,
    background: 'white',
    padding: 10,
    title: {
      text: panel.title,
      subtitle: `Shaded: ${alert} fires. Windows and durations are ${FACTOR} times shorter than in production.`,
      anchor: 'start',
      offset: 20,
    },
    layer: [
      {
        data: { values: [{ from: firedAtMs, to: clearedAtMs }] },
        mark: { type: 'rect', color: FIRING_COLOUR, opacity: 0.1 },
        encoding: { x: { ...x, field: 'from' }, x2: { field: 'to' } },
      },
      {
        data: { values: points },
        mark: { type: 'line', interpolate: panel.kind === 'states' ? 'step-after' : 'linear', strokeWidth: 1.8 },
        encoding: {
          x,
          y: {
            field: 'value',
            type: 'quantitative',
            title: UNIT_NAMES[panel.unit] || null,
            axis:
              words.length > 0
                ? { values: words.map(({ value }) => value), labelExpr }
                : { tickCount: 5, ...(panel.unit === 'percentunit' && { format: '.0%' }) },
            scale: words.length > 0 ? { domain: [-0.15, words.length - 0.85], nice: false } : { zero: true },
          },
          color: { field: 'series', type: 'nominal', title: null, legend: { orient: 'bottom', columns: 4, labelLimit: 320 } },
        },
      },
      {
        data: { values: (panel.steps ?? []).slice(1).filter(({ from }) => from <= 2 * highest) },
        mark: { type: 'rule', strokeDash: [6, 4], color: FIRING_COLOUR },
        encoding: { y: { field: 'from', type: 'quantitative' } },
      },
      {
        data: { values: marks },
        mark: { type: 'rule', color: FIRING_COLOUR },
        encoding: { x },
      },
      ...marks.map(
        ({ time, text, align, dx }) =>
          ({
            data: { values: [{ time, text }] },
            mark: { type: 'text', align, dx, baseline: 'bottom', fontSize: 11, color: FIRING_COLOUR },
            encoding: { x, y: { value: -4 }, text: { field: 'text', type: 'nominal' } },
          }) as const,
      ),
    ],
    config: { font: 'sans-serif', view: { stroke: null } },
  };
}

function clock(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(11, 19);
}
