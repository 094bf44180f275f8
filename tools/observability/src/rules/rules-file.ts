import { stringify } from 'yaml';
import { DOCUMENTS_URL, THRESHOLDS } from '../objectives.ts';
import { durationText, type Time } from '../promql/duration.ts';
import { runbookUrl } from '../signals.ts';
import { ALERTS } from './alerts.ts';
import { BASELINE_RULES, RATIO_RULES } from './recording-rules.ts';
import type { AlertRule, RecordingRule } from './rule.ts';

/** The groups, in the order in which one uses what another records. */
export const GROUPS = { baseline: 'codex-baseline', ratios: 'codex-ratios', alerts: 'codex-alerts' } as const;

const OWNER = 'sre';
const PAGE_SERVICE = 'codex-app';

/** Labels that an alert carries besides those of its series. */
export function alertLabels({ severity }: AlertRule): Record<string, string> {
  return { severity, owner: OWNER, page_service: PAGE_SERVICE };
}

/** Annotations of an alert, their templates as they are. */
export function alertAnnotations({ summary, description, signal }: AlertRule): Record<string, string> {
  return { summary, description, runbook_url: runbookUrl(signal, DOCUMENTS_URL) };
}

function recording(rules: ReadonlyMap<string, RecordingRule>, time: Time): object[] {
  return [...rules].map(([record, { expr }]) => ({ record, expr: expr(time) }));
}

function alerts(time: Time): object[] {
  return Object.entries<AlertRule>(ALERTS).map(([alert, rule]) => ({
    alert,
    expr: rule.expr(time),
    ...(rule.forS > 0 && { for: time(rule.forS) }),
    labels: alertLabels(rule),
    annotations: alertAnnotations(rule),
  }));
}

/**
 * The rules as a file for Prometheus.
 * @param time How durations are written; a test shortens them.
 */
export function rulesFile(time: Time = durationText): string {
  const groups = [
    { name: GROUPS.baseline, interval: time(THRESHOLDS.baselineIntervalS), rules: recording(BASELINE_RULES, time) },
    { name: GROUPS.ratios, rules: recording(RATIO_RULES, time) },
    { name: GROUPS.alerts, rules: alerts(time) },
  ];
  return stringify({ groups }, { lineWidth: 0, blockQuote: 'literal' });
}
