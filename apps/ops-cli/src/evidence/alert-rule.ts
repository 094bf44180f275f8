import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS } from '@codex-proxy/contracts';
import { findRepository } from '../validate/repository.ts';

/** An alert rule, and what it looks at. */
export interface AlertRule {
  readonly source: string;
  /** As it stands in the file, with the recorded series that it builds on. */
  readonly text: string;
  /** Metric families of the catalogue. */
  readonly families: readonly string[];
}

const FILE = 'docs/app-server-migration/alerts/metrics-alerts.yaml';

/** Undefined where no rule has that name, or this is no checkout. The file is generated: a rule begins with `- alert:` or `- record:`. */
export function findAlert(name: string): AlertRule | undefined {
  const rules = readRules();
  const alert = rules.find((rule) => nameOf(rule, 'alert') === name);
  if (alert === undefined) return undefined;
  const used = withRecorded([alert], rules);
  const families = Object.keys(METRICS).filter((family) =>
    used.some((rule) => new RegExp(`\\b${family}(_bucket|_count|_sum)?\\b`).test(rule)),
  );
  return { source: FILE, text: used.join(''), families };
}

/** The names of all alerts; none where this is no checkout. */
export function alertNames(): readonly string[] {
  return readRules().flatMap((rule) => nameOf(rule, 'alert') ?? []);
}

function readRules(): readonly string[] {
  const root = findRepository();
  if (root === undefined || !existsSync(join(root, FILE))) return [];
  return readFileSync(join(root, FILE), 'utf8').split(/^(?= *- (?:alert|record|name): )/m);
}

/** With the rules that record what these use, and so on. */
function withRecorded(used: readonly string[], rules: readonly string[]): readonly string[] {
  const more = rules.filter((rule) => {
    const recorded = nameOf(rule, 'record');
    return recorded !== undefined && !used.includes(rule) && used.some((other) => other.includes(recorded));
  });
  return more.length === 0 ? used : withRecorded([...used, ...more], rules);
}

function nameOf(rule: string, kind: 'alert' | 'record'): string | undefined {
  return new RegExp(`^ *- ${kind}: (\\S+)`).exec(rule)?.[1];
}
