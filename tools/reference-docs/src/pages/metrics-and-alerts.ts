import { observabilityTables, RUNBOOK } from '@codex-proxy/observability';
import { code, page, table } from '../markdown.ts';

const RULES = 'alerts/metrics-alerts.yaml';
const OBJECTIVES = 'tools/observability/src/objectives.ts';

/** `docs/app-server-migration/metrics-and-alerts.md`. */
export function metricsAndAlertsPage(): string {
  const { objectives, burnRates, alerts, recordingRules, panels, floors } = observabilityTables();
  const runbook = (heading: string, anchor: string): string => `[${heading}](${RUNBOOK.split('/').at(-1) ?? ''}#${anchor})`;
  return page(
    'Metrics and alerts',
    [
      `What is measured stands in [metrics.md](../reference/metrics.md), series by series; here is what is promised, who is told when a promise is in danger, and where it shows.`,
      `The rules are [${RULES}](${RULES}), the dashboard is [observability-dashboard.json](dashboards/observability-dashboard.json).`,
      `All numbers stand in ${code(OBJECTIVES)}, those that codex-ops status judges by too in ${code('SERVICE_THRESHOLDS')} of the contracts: change them there, and ${code('npm run docs')} renders rules, their tests, dashboard and this page.`,
    ].join('\n'),
    '## Set up',
    [
      '```yaml',
      'rule_files: [metrics-alerts.yaml]',
      'scrape_configs:',
      '  - job_name: codex-proxy # the name that the rules know',
      '    scrape_interval: 15s',
      '    static_configs: [{ targets: ["127.0.0.1:11435"] }] # from elsewhere: authorization: { credentials_file: … } with PROXY_METRICS_TOKEN',
      '```',
    ].join('\n'),
    'Rules and dashboard work with Prometheus 2.42 and later, 3 included. Scrape every 15 s; no slower than every 30 s, for the tool buffer says that something went wrong for two minutes only.',
    'Import the dashboard into Grafana, and set its variable *Documents at* to where this repository can be read; the links in alerts begin at the root of the repository (`DOCUMENTS_URL`).',
    '## What is promised',
    table(
      ['objective', 'share', 'counted'],
      objectives.map(({ name, share, counted }) => [name, share, counted]),
    ),
    `Failures are ${code(objectives[0]?.faults ?? '')}: what the service is to blame for. Not counted at all, neither as failure nor as request: what the client did wrong (4xx), clients that left (499), maintenance refusals.`,
    'The error budget is what may fail in 30 days. Burn rate 1 spends it just in time; an alert needs both of its windows above the rate, so that it begins soon and ends soon.',
    table(
      ['burn rate', 'windows', 'severity', 'spends', 'availability: above', 'first token: above'],
      burnRates.map((row) => [row.factor, row.windows, row.severity, row.spends, row.availability, row.firstToken]),
    ),
    `Below ${floors.burn} requests a second (${floors.burn * 3_600} an hour) over its long window a burn rate says nothing, below ${floors.errorRatio} over five minutes the error ratio, below ${floors.latency} the p95: one failed request alone never wakes anyone. With less traffic, ${code('CodexNoRequestSucceeds')} watches.`,
    '## Alerts',
    'All have `owner=sre` and `page_service=codex-app`. `critical` wakes someone, `warning` is for working hours. Each has courses of events that fire it and that do not in `alerts/tests/`; `npm run test:alerts` plays them.',
    table(
      ['alert', 'severity', 'when', 'for', 'runbook'],
      alerts.map((row) => [code(row.name), row.severity, code(row.expr), row.lasting, runbook(row.heading, row.anchor)]),
    ),
    '## Recording rules',
    table(
      ['series', 'what it says'],
      recordingRules.map(({ name, meaning }) => [code(name), meaning]),
    ),
    '## Panels',
    table(
      ['row', 'panel', 'what it shows', 'runbook'],
      panels.map((row) => [row.row, row.title, row.description, row.heading === undefined ? '—' : runbook(row.heading, row.anchor ?? '')]),
    ),
  );
}
