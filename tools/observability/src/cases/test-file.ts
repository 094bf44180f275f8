import { stringify } from 'yaml';
import { durationText } from '../promql/duration.ts';
import { ALERTS, type AlertName } from '../rules/alerts.ts';
import type { AlertRule } from '../rules/rule.ts';
import { alertAnnotations, alertLabels, GROUPS } from '../rules/rules-file.ts';
import type { AlertCase } from './alert-case.ts';
import { ALERT_CASES } from './alert-cases.ts';

/** The cases of one alert as a file for `promtool test rules`. @param rulesPath Path of the rules, from the folder of the file. */
export function testFile(alert: AlertName, rulesPath: string): string {
  const { fires, silent } = ALERT_CASES[alert];
  const tests = [
    ...fires.map((course) => testOf(alert, `fires: ${course.name}`, course)),
    ...silent.map((course) => testOf(alert, `is silent: ${course.name}`, course)),
  ];
  const file = {
    rule_files: [rulesPath],
    evaluation_interval: minutes(fires[0].stepMinutes ?? 1),
    // Without it, promtool may look at alerts before the ratios of the same moment are there.
    group_eval_order: Object.values(GROUPS),
    tests,
  };
  return stringify(file, { lineWidth: 0, aliasDuplicateObjects: false });
}

function minutes(count: number): string {
  return durationText(count * 60);
}

function testOf(alert: AlertName, name: string, { input, atMinutes, stepMinutes = 1, fires }: AlertCase): object {
  const rule: AlertRule = ALERTS[alert];
  const expected = fires === undefined ? [] : [expectedAlert(rule, fires)];
  return {
    name: `${alert} ${name}`,
    interval: minutes(stepMinutes),
    input_series: input,
    alert_rule_test: [{ alertname: alert, eval_time: minutes(atMinutes), exp_alerts: expected }],
  };
}

function expectedAlert(rule: AlertRule, { labels, value }: NonNullable<AlertCase['fires']>): object {
  const expand = (template: string): string =>
    template
      .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_: string, label: string) => labels[label] ?? '')
      .replaceAll(/\{\{ \$value[^}]*\}\}/g, () => value ?? '');
  const annotations = Object.entries(alertAnnotations(rule)).map(([name, template]): [string, string] => [name, expand(template)]);
  return { exp_labels: { ...labels, ...alertLabels(rule) }, exp_annotations: Object.fromEntries(annotations) };
}
