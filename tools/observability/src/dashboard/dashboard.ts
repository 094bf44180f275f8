import {
  DashboardCursorSync,
  defaultDashboard,
  VariableRefresh,
  VariableSort,
  type AnnotationQuery,
  type Dashboard,
  type Panel as GrafanaPanel,
  type RowPanel,
  type VariableModel,
} from '@grafana/schema';
import { RUNBOOK } from '../signals.ts';
import { DATASOURCE, dashboardLink, grafanaPanel, type Place } from './grafana-panel.ts';
import type { Row } from './panel.ts';
import { ROWS } from './rows.ts';
import { chosen } from './scope.ts';

const COLUMNS = 24;
const STAT_HEIGHT = 4;
const PANEL_HEIGHT = 8;
const HELP_HEIGHT = 4;

const DOCS = '${docs}';

const HELP = [
  '**A signal is red?** Its panel links to the runbook at its corner. **One request** was slow or failed? Take the `X-Request-Id` that its client got, or one from',
  '`npx codex-ops logs --file access --level warn --since 10m`, and ask `npx codex-ops trace --req-id req_…`: it tells the likely cause and shows the timeline of the request.',
].join(' ');

/** The dashboard as Grafana's classic JSON. @param notice Says that it is generated. */
export function dashboardJson(notice: string): string {
  return `${JSON.stringify(dashboard(notice), undefined, 2)}\n`;
}

function dashboard(notice: string): Dashboard {
  return {
    description: notice,
    uid: 'codex-proxy',
    title: 'codex-proxy',
    tags: ['codex-proxy', 'sre', 'codex-app'],
    schemaVersion: defaultDashboard.schemaVersion,
    version: 1,
    editable: true,
    graphTooltip: DashboardCursorSync.Crosshair,
    timezone: 'utc',
    time: { from: 'now-3h', to: 'now' },
    refresh: '30s',
    links: [
      dashboardLink('Incident runbook', `${DOCS}${RUNBOOK}`),
      dashboardLink('Metrics and alerts', `${DOCS}docs/app-server-migration/metrics-and-alerts.md`),
      dashboardLink('Trace one request', `${DOCS}docs/reference/cli.md#codex-ops-trace`),
    ],
    annotations: { list: ANNOTATIONS },
    templating: { list: VARIABLES },
    panels: panels(),
  };
}

/** Rows under one another, each with its panels side by side. */
function panels(): (GrafanaPanel | RowPanel)[] {
  let id = 0;
  let y = 0;
  const next = (): number => (id += 1);
  const all: (GrafanaPanel | RowPanel)[] = [
    {
      id: next(),
      type: 'text',
      title: '',
      transparent: true,
      gridPos: { x: 0, y, w: COLUMNS, h: HELP_HEIGHT },
      options: { mode: 'markdown', content: HELP },
    },
  ];
  y += HELP_HEIGHT;
  for (const row of ROWS) {
    all.push({ id: next(), type: 'row', title: row.title, collapsed: false, panels: [], gridPos: { x: 0, y, w: COLUMNS, h: 1 } });
    y += 1;
    const { places, height } = layout(row, y);
    row.panels.forEach((panel, index) => all.push(grafanaPanel(panel, next(), places[index] ?? { x: 0, y, w: COLUMNS, h: PANEL_HEIGHT })));
    y += height;
  }
  return all;
}

function layout({ perLine, panels: inRow }: Row, y: number): { places: Place[]; height: number } {
  const w = COLUMNS / perLine;
  const h = inRow.every(({ kind }) => kind === 'stat') ? STAT_HEIGHT : PANEL_HEIGHT;
  const places = inRow.map((_, index) => ({ x: (index % perLine) * w, y: y + Math.floor(index / perLine) * h, w, h }));
  return { places, height: Math.ceil(inRow.length / perLine) * h };
}

const ANNOTATIONS = [
  annotation('Alerts', 'red', 'ALERTS{alertstate="firing", page_service="codex-app", job="$job"}', '{{alertname}}'),
  annotation(
    'Worker starts',
    'orange',
    `changes(${chosen.counter('codex_worker_restarts_total').selector}[$__interval]) > 0`,
    'restart {{instance}}',
  ),
];

function annotation(name: string, iconColor: string, expr: string, titleFormat: string): AnnotationQuery {
  // What the data source adds to the schema of all.
  const ofPrometheus = { expr, titleFormat, step: '30s' };
  return { name, enable: true, hide: false, iconColor, datasource: DATASOURCE, ...ofPrometheus };
}

const VARIABLES: VariableModel[] = [
  {
    type: 'datasource',
    name: 'datasource',
    label: 'Data source',
    query: 'prometheus',
    refresh: VariableRefresh.onDashboardLoad,
    regex: '',
    options: [],
  },
  query('job', 'Job', 'label_values(codex_build_info, job)', { multi: false }),
  query('instance', 'Instance', 'label_values(codex_build_info{job="$job"}, instance)', { multi: true }),
  query('model', 'Model', 'label_values(codex_http_latency_ms_count{job="$job"}, model)', { multi: true }),
  {
    type: 'textbox',
    name: 'docs',
    label: 'Documents at',
    description: 'Where the root of the repository can be read in a browser, with a slash at the end.',
    query: '/',
    current: { text: '/', value: '/' },
    options: [],
  },
];

function query(name: string, label: string, definition: string, { multi }: { multi: boolean }): VariableModel {
  const ofPrometheus = { definition };
  return {
    type: 'query',
    name,
    label,
    datasource: DATASOURCE,
    ...ofPrometheus,
    query: { query: definition, refId: 'variable' },
    refresh: VariableRefresh.onTimeRangeChanged,
    sort: VariableSort.alphabeticalAsc,
    multi,
    includeAll: multi,
    ...(multi && { allValue: '.*', current: { text: 'All', value: '$__all' } }),
    options: [],
    regex: '',
  };
}
