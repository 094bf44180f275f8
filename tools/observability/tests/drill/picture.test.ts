import { expect, test } from 'vitest';
import { ROWS } from '../../src/dashboard/rows.ts';
import { INCIDENTS } from '../../src/drill/incidents.ts';
import { drawPicture, drillQuery, legendOf } from '../../src/drill/picture.ts';

const FROM_MS = Date.UTC(2026, 10, 21, 12);
const PANELS = ROWS.flatMap(({ panels }) => panels);

test.each(INCIDENTS.flatMap(({ name, panels }) => panels.map((title) => ({ name, title }))))(
  'the drill of $name draws the panel "$title" that the dashboard has, without a variable left',
  ({ title }) => {
    const queries = PANELS.filter((panel) => panel.title === title).flatMap((panel) => panel.queries);
    expect(queries).not.toEqual([]);
    for (const { expr } of queries) expect(drillQuery(expr)).not.toMatch(/\$|\[10m\]/);
  },
);

test('a legend has the labels of its series', () => {
  expect(legendOf('recycles {{reason}} {{none}}!', { reason: 'memory' })).toBe('recycles memory !');
});

test.each(['Error ratio', 'Maintenance over time'])(
  'the picture of "%s" says what it shows, in which unit, and when the alert fired',
  async (title) => {
    const panel = PANELS.find((one) => one.title === title);
    if (panel === undefined) throw new Error('no such panel');
    const points = [0, 1, 1, 0].map((value, index) => ({ timeMs: FROM_MS + index * 1_000, value }));
    const svg = await drawPicture({
      panel,
      series: [{ legend: 'the one series', course: { labels: {}, points } }],
      alert: 'CodexExample',
      firedAtMs: FROM_MS + 1_000,
      clearedAtMs: FROM_MS + 3_000,
    });
    expect(svg).toMatch(/^<svg /);
    for (const text of [title, 'the one series', 'CodexExample', 'fires 12:00:01', 'clears 12:00:03', 'time, UTC'])
      expect(svg).toContain(text);
    for (const text of panel.words === undefined ? ['per cent', '100%'] : ['off', 'on']) expect(svg).toContain(`>${text}<`);
  },
);
