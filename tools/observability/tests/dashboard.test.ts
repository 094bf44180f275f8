import { METRICS } from '@codex-proxy/contracts';
import { renderObservability } from '@codex-proxy/observability';
import { expect, test } from 'vitest';
import { ROWS } from '../src/dashboard/rows.ts';
import { catalogued } from '../src/promql/series.ts';
import { ALERTS } from '../src/rules/alerts.ts';
import { BASELINE_RULES, RATIO_RULES } from '../src/rules/recording-rules.ts';
import { durationText } from '../src/promql/duration.ts';

interface GrafanaPanel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { refId: string; expr: string; legendFormat: string }[];
  fieldConfig?: { defaults: { unit: string; thresholds: { steps: { value: number | null }[] } } };
}

const text = renderObservability('Generated.').get('docs/app-server-migration/dashboards/observability-dashboard.json') ?? '';
const dashboard = JSON.parse(text);
const panels: GrafanaPanel[] = dashboard.panels;
const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

test('panels fill lines of 24 columns and never overlap', () => {
  const cells = new Map<string, number>();
  for (const { id, gridPos } of panels) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(cells.get(`${x},${y}`), `panel ${id} at ${x},${y}`).toBeUndefined();
        cells.set(`${x},${y}`, id);
      }
    }
  }
});

test('a line holds at most three graphs, so that they can be read on a laptop', () => {
  const graphs = panels.filter(({ type }) => type === 'timeseries' || type === 'state-timeline');
  for (const { gridPos, title } of graphs) expect(gridPos.w, title).toBeGreaterThanOrEqual(8);
});

test('ids are unique, and every panel has a title, a unit, a query and ascending thresholds', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const drawn = panels.filter(({ type }) => type !== 'row' && type !== 'text');
  expect(new Set(drawn.map(({ title }) => title)).size).toBe(drawn.length);
  for (const { title, targets = [], fieldConfig } of drawn) {
    expect(title).not.toBe('');
    expect(targets.length, title).toBeGreaterThan(0);
    expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
    for (const { legendFormat } of targets) expect(legendFormat, title).not.toBe('');
    expect(fieldConfig?.defaults.unit, title).toBeTypeOf('string');
    const steps = fieldConfig?.defaults.thresholds.steps.map(({ value }) => value ?? Number.NEGATIVE_INFINITY) ?? [];
    expect(steps, title).toEqual(steps.toSorted((a, b) => a - b));
  }
});

test('queries use no variable that the dashboard does not have', () => {
  const variables = new Set<string>(dashboard.templating.list.map(({ name }: { name: string }) => name));
  const used = [...text.matchAll(/\$(?:\{(\w+)\}|(\w+))/g)].map((match) => match[1] ?? match[2] ?? '');
  for (const name of used.filter((word) => !word.startsWith('__'))) expect(variables).toContain(name);
  for (const name of variables) expect(used).toContain(name);
});

test('queries look at one job, and at recording rules that exist', () => {
  const rules = [...BASELINE_RULES.keys(), ...RATIO_RULES.keys()];
  for (const query of queries) {
    expect(query).toContain('job="$job"');
    for (const name of query.match(/job:[\w:]+/g) ?? []) expect(rules).toContain(name);
  }
});

test('every series of the catalogue is on a panel or behind an alert', () => {
  const rules = [...BASELINE_RULES.values(), ...RATIO_RULES.values(), ...Object.values(ALERTS)].map(({ expr }) => expr(durationText));
  const shown = new Set(catalogued([...queries, ...rules].join('\n')));
  expect(Object.keys(METRICS).filter((name) => !shown.has(name as never))).toEqual([]);
});

test('titles of rows tell the topics', () => {
  expect(ROWS.map(({ title }) => title)).toEqual(panels.filter(({ type }) => type === 'row').map(({ title }) => title));
});
