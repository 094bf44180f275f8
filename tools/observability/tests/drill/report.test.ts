import { expect, test } from 'vitest';
import type { Drill } from '../../src/drill/drill.ts';
import { INCIDENTS } from '../../src/drill/incidents.ts';
import { placeless } from '../../src/drill/journal.ts';
import { firingOf, renderReport, timesTable } from '../../src/drill/report.ts';

const START_MS = Date.UTC(2026, 10, 21, 12);
const incidents = INCIDENTS.filter(({ name }) => name === 'latency' || name === 'errors');
const command = { atMs: START_MS, text: 'npx codex-ops status', code: 1, output: 'UNHEALTHY\n' };
const drill: Drill = {
  startedAtMs: START_MS,
  endedAtMs: START_MS + 600_000,
  drilled: incidents.map((incident, index) => ({
    incident,
    injectedAtMs: START_MS + 100_000 * index,
    mendedAtMs: START_MS + 100_000 * index + 20_000,
    requestId: `req_${index}`,
    commands: [command],
  })),
  firings: [
    ...incidents.map(({ alert }, index) => ({
      alert,
      firedAtMs: START_MS + 100_000 * index + 5_000,
      clearedAtMs: START_MS + 100_000 * index + 21_500,
    })),
    { alert: 'CodexAvailabilityBurnFast', firedAtMs: START_MS + 300_000 },
  ],
  closing: [{ ...command, code: 0, output: 'HEALTHY\n' }],
};

test('the table has when each fault was made and mended, and when its alert fired and cleared', () => {
  const [, , first] = timesTable(drill);
  expect(first).toBe(
    '| [CodexLatencyP95AboveBaseline](#codexlatencyp95abovebaseline) | 2026-11-21T12:00:00.000Z | 2026-11-21T12:00:05.000Z | 5.0 s | 2026-11-21T12:00:20.000Z | 2026-11-21T12:00:21.500Z | 1.5 s |',
  );
});

test('the firing of an incident is the first after its fault', () => {
  const [one] = drill.drilled;
  if (one === undefined) throw new Error('nothing was drilled');
  const earlier = { alert: one.incident.alert, firedAtMs: START_MS - 1, clearedAtMs: START_MS };
  expect(firingOf(one, [earlier, ...drill.firings]).firedAtMs).toBe(START_MS + 5_000);
  expect(() => firingOf(one, [earlier])).toThrow(/has not fired/);
});

test('the report has trigger, commands with their exit codes, captured texts, pictures and what fired besides', () => {
  const text = renderReport({
    drill,
    versions: { proxy: '1.2.3', prometheus: '2.42.0' },
    pictures: { latency: [{ title: 'First token', file: 'latency/first-token.svg' }] },
    kept: (incident, file) => `${incident} ${file}`,
  });
  for (const { trigger, remedy } of incidents) {
    expect(text).toContain(trigger);
    expect(text).toContain(remedy);
  }
  for (const part of [
    '# 2026-11-21T12:00:00.000Z, exit code 1\n$ npx codex-ops status\nUNHEALTHY',
    '![First token](latency/first-token.svg)',
    'latency trace.txt',
    'latency readyz.json',
    'latency metrics.prom',
    '| CodexAvailabilityBurnFast | 2026-11-21T12:05:00.000Z | — | errors |',
    '2 of 2 alerts fired',
    'HEALTHY',
  ])
    expect(text).toContain(part);
});

test('places and names of a machine are taken out, the longer first', () => {
  expect(placeless('/a/b/c and /a of box', { '/a': '$A', '/a/b': '$B', box: '$HOST' })).toBe('$B/c and $A of $HOST');
  expect(placeless('req_1box2 boxes', { box: '$HOST' })).toBe('req_1box2 boxes');
});
