import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUNBOOK } from '@codex-proxy/observability';
import { METRIC_LABELS, RUN_EVENT_DROP_REASONS, SERVICE_FAULTS, TOOL_BUFFER_ABORT_REASONS, UNREADY_REASONS } from '@codex-proxy/contracts';
import { COMMANDS } from '@codex-proxy/ops-cli';
import { describe, expect, test } from 'vitest';
import { ROWS } from '../src/dashboard/rows.ts';
import { catalogued } from '../src/promql/series.ts';
import { alertNames } from '../src/render-all.ts';
import { anchor, SIGNALS } from '../src/signals.ts';
import { REPOSITORY } from '../src/live/program.ts';
import { blocks, ROLLOUT } from './support/runbook.ts';

const DEPLOYMENT = 'docs/deployment/README.md';
const text = readFileSync(join(REPOSITORY, RUNBOOK), 'utf8');
const sections = new Map(text.split(/^## /m).map((section) => [section.split('\n')[0] ?? '', section]));

describe.each(Object.values(SIGNALS))('%s', (heading) => {
  const section = sections.get(heading) ?? '';

  test('says what it means, and how to check, act, verify and escalate, in this order', () => {
    const parts = ['Means', 'Check', 'Act', 'Verify', 'Escalate'].map((part) => section.indexOf(`**${part}.**`));
    expect(parts).not.toContain(-1);
    expect(parts).toEqual(parts.toSorted((a, b) => a - b));
  });

  test('has something to run', () => {
    expect([...blocks('sh'), ...blocks('promql')].filter((block) => block.heading === heading)).not.toEqual([]);
  });
});

test.each([
  ['Error ratio', SERVICE_FAULTS],
  ['Worker not ready', UNREADY_REASONS],
  ['Tool buffer anomaly', TOOL_BUFFER_ABORT_REASONS],
  ['Log records or run events lost', RUN_EVENT_DROP_REASONS],
])('under "%s" there is a word on whatever code or reason one may meet', (heading, codes) => {
  const missing = codes.filter((code) => !new RegExp(`["\`]${code}["\`]`).test(sections.get(heading) ?? ''));
  expect(missing).toEqual([]);
});

test('links within the page lead to its headings', () => {
  const anchors = [...sections.keys()].map(anchor);
  for (const [, fragment = ''] of text.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(fragment);
});

test('panels that it names are on the dashboard', () => {
  const titles = ROWS.flatMap(({ panels }) => panels.map(({ title }) => title));
  const named = [...text.matchAll(/(?<!\*)\*([A-Z][^*\n]+)\*(?!\*)/g)].map((match) => match[1] ?? '');
  expect(named.length).toBeGreaterThan(10);
  for (const name of named)
    expect(
      titles.filter((title) => title.startsWith(name)),
      name,
    ).not.toEqual([]);
});

test('alerts and series that it names exist', () => {
  for (const name of text.match(/\bCodex[A-Z]\w+/g) ?? []) expect(alertNames()).toContain(name);
  const series = (text.match(/(?<!job:)\bcodex_[a-z_]+[a-z]\b(?!\|)/g) ?? []).filter((name) => !(name in METRIC_LABELS));
  for (const name of series) expect(catalogued(name), name).not.toEqual([]);
});

test('commands of codex-ops that it and the pages of those who roll out name exist, with their options', () => {
  const short = [...(sections.get('Short forms') ?? '').matchAll(/^\| (`.*`) \|/gm)].flatMap(([, cell = '']) => [
    ...cell.matchAll(/`([^`]+)`/g),
  ]);
  const inline = [RUNBOOK, ROLLOUT, DEPLOYMENT].flatMap((page) => [
    ...readFileSync(join(REPOSITORY, page), 'utf8').matchAll(/(?:npx |`)codex-ops ([a-z][^`|\n<]*)/g),
  ]);
  expect(short.length).toBeGreaterThan(10);
  for (const [, called = ''] of [...short, ...inline]) {
    const command = COMMANDS.find(({ name }) => `${called} `.startsWith(`${name} `));
    expect(command, called).toBeDefined();
    const options = command?.options.map(({ name }) => name) ?? [];
    for (const [, option = ''] of called.matchAll(/--([a-z-]+)/g)) expect(options, called).toContain(option);
  }
});
