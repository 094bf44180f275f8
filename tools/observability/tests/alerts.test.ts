import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { SERVICE_FAULTS, SERVICE_THRESHOLDS } from '@codex-proxy/contracts';
import { configurationRows } from '@codex-proxy/proxy';
import { rulesFile } from '@codex-proxy/observability';
import { describe, expect, test } from 'vitest';
import { BURN_RATES, OBJECTIVES, THRESHOLDS, TRAFFIC_FLOORS, WINDOWS_S } from '../src/objectives.ts';
import { shortened } from '../src/promql/duration.ts';
import { ALERTS } from '../src/rules/alerts.ts';
import { budget } from '../src/rules/burn-alerts.ts';
import { anchor, RUNBOOK, SIGNALS } from '../src/signals.ts';

interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

const ROOT = join(import.meta.dirname, '../../..');
const rulesOf = (text: string): Rule[] => parse(text).groups.flatMap(({ rules }: { rules: Rule[] }) => rules);
const alerts = rulesOf(rulesFile()).filter(({ alert }) => alert !== undefined);
const runbook = readFileSync(join(ROOT, RUNBOOK), 'utf8');
const headings = [...runbook.matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? '');

describe.each(alerts.map((rule) => [rule.alert ?? '', rule] as const))('%s', (name, { labels, annotations }) => {
  test('says whose it is, how grave it is, and what it is about', () => {
    expect(labels).toMatchObject({ owner: 'sre', page_service: 'codex-app' });
    expect(['critical', 'warning']).toContain(labels?.['severity']);
    expect(annotations?.['summary']).not.toMatch(/\{\{|\n/);
    expect(annotations?.['description']).toContain('{{ $labels.');
  });

  test('links to a heading of the runbook, and is named there', () => {
    const [path, fragment] = (annotations?.['runbook_url'] ?? '').split('#');
    expect(path).toBe(RUNBOOK);
    expect(headings.map(anchor)).toContain(fragment);
    const start = headings.findIndex((heading) => anchor(heading) === fragment);
    const from = runbook.indexOf(`## ${headings[start] ?? ''}`);
    const end = runbook.indexOf('\n## ', from + 1);
    expect(runbook.slice(from, end === -1 ? undefined : end)).toContain(`\`${name}\``);
  });
});

test('every signal has its heading in the runbook, once', () => {
  for (const heading of Object.values(SIGNALS))
    expect(
      headings.filter((found) => found === heading),
      heading,
    ).toHaveLength(1);
});

test('the ratio of errors is judged over the window that codex-ops status has too', () => {
  expect(WINDOWS_S[THRESHOLDS.errorWindow]).toBe(SERVICE_THRESHOLDS.errorWindowS);
});

describe('one failed request alone never fires', () => {
  test('the error ratio', () => {
    expect(1 / (TRAFFIC_FLOORS.errorRatio * WINDOWS_S[THRESHOLDS.errorWindow])).toBeLessThan(THRESHOLDS.errorRatio);
  });

  test.each(Object.entries(BURN_RATES))('burn rate %s', (_, { factor, long }) => {
    for (const objective of [OBJECTIVES.availability, OBJECTIVES.firstToken]) {
      expect(1 / (TRAFFIC_FLOORS.burn * WINDOWS_S[long])).toBeLessThan(factor * budget(objective));
    }
  });
});

test('a client that left, a wrong request and a maintenance refusal are no faults of the service', () => {
  for (const code of ['maintenance', 'invalid_api_key', 'rate_limited', 'invalid_request', 'request_timeout'] as const) {
    expect(SERVICE_FAULTS).not.toContain(code);
  }
  expect(SERVICE_FAULTS).toEqual(expect.arrayContaining(['worker_exited', 'provider_error', 'queue_full', 'internal_error']));
});

test('limits are those of the configuration', () => {
  const fallback = (name: string): string | undefined => configurationRows().find((row) => row.name === name)?.default;
  expect(fallback('WORKER_LOG_DB_MAX_MB')).toBe(`${THRESHOLDS.workerLogDbBytes / 1_048_576}`);
  expect(fallback('AGENT_LOGS_ARCHIVE_THRESHOLD_MB')).toBe(`${THRESHOLDS.agentLogsBytes / 1_048_576}`);
});

test('shortening leaves all but durations as it is', () => {
  const short = rulesOf(rulesFile(shortened(60)));
  const plain = (text: string): string => text.replaceAll(/\b\d+(?:ms|s|m|h|d)\b(?!_)/g, 'T');
  const long = rulesOf(rulesFile());
  expect(short.map(({ expr }) => plain(expr))).toEqual(long.map(({ expr }) => plain(expr)));
  expect(short.find(({ alert }) => alert === 'CodexMaintenanceTooLong')?.for).toBe('30s');
  expect(Object.keys(ALERTS)).toHaveLength(alerts.length);
});
