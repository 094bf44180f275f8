import {
  FieldColorModeId,
  MappingType,
  ThresholdsMode,
  type DashboardLink,
  type FieldConfigSource,
  type Panel as GrafanaPanel,
  type ValueMap,
} from '@grafana/schema';
import { runbookUrl, SIGNALS } from '../signals.ts';
import type { Panel, Query } from './panel.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

const TYPES = { timeseries: 'timeseries', stat: 'stat', states: 'state-timeline' } as const;

/** A panel as Grafana has it. */
export function grafanaPanel(panel: Panel, id: number, gridPos: Place): GrafanaPanel {
  return {
    id,
    type: TYPES[panel.kind],
    title: panel.title,
    description: panel.description,
    datasource: DATASOURCE,
    gridPos,
    ...(panel.signal !== undefined && {
      links: [dashboardLink(`Runbook: ${SIGNALS[panel.signal]}`, runbookUrl(panel.signal, '${docs}'))],
    }),
    targets: panel.queries.map((query, index) => target(panel, query, index)),
    fieldConfig: { defaults: fieldDefaults(panel), overrides: panel.queries.flatMap(rightAxis) },
    options: OPTIONS[panel.kind],
  };
}

export function dashboardLink(title: string, url: string): DashboardLink {
  return {
    type: 'link',
    icon: 'doc',
    title,
    url,
    targetBlank: true,
    keepTime: false,
    includeVars: false,
    asDropdown: false,
    tags: [],
    tooltip: '',
  };
}

function refId(index: number): string {
  return String.fromCharCode(65 + index);
}

function target({ kind }: Panel, { expr, legend }: Query, index: number): Record<string, unknown> {
  return {
    refId: refId(index),
    datasource: DATASOURCE,
    editorMode: 'code',
    expr,
    legendFormat: legend,
    ...(kind === 'stat' ? { instant: true, range: false } : { instant: false, range: true }),
  };
}

function fieldDefaults({ kind, unit, steps, stacked = false, words }: Panel): FieldConfigSource['defaults'] {
  return {
    unit,
    ...(kind === 'timeseries' && { min: 0 }),
    ...(words !== undefined && { mappings: [valueMapping(words)] }),
    color: { mode: kind === 'timeseries' ? FieldColorModeId.PaletteClassic : FieldColorModeId.Thresholds },
    thresholds: {
      mode: ThresholdsMode.Absolute,
      // The first step has no lower end.
      steps: (steps ?? [{ from: 0, colour: 'green' }]).map(({ from, colour }, index) => ({
        color: colour,
        value: index === 0 ? null : from,
      })),
    },
    custom: CUSTOM[kind]({ stacked, lines: steps !== undefined }),
  };
}

function valueMapping(words: NonNullable<Panel['words']>): ValueMap {
  const options = Object.entries(words).map(([value, { text, colour }], index): [string, object] => [
    value,
    { text, color: colour, index },
  ]);
  return { type: MappingType.ValueToText, options: Object.fromEntries(options) };
}

function rightAxis({ rightUnit }: Query, index: number): FieldConfigSource['overrides'] {
  if (rightUnit === undefined) return [];
  return [
    {
      matcher: { id: 'byFrameRefID', options: refId(index) },
      properties: [
        { id: 'unit', value: rightUnit },
        { id: 'custom.axisPlacement', value: 'right' },
      ],
    },
  ];
}

const CUSTOM = {
  timeseries: ({ stacked, lines }: { stacked: boolean; lines: boolean }) => ({
    drawStyle: 'line',
    lineWidth: 1,
    fillOpacity: stacked ? 25 : 8,
    showPoints: 'never',
    spanNulls: false,
    stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
    thresholdsStyle: { mode: lines ? 'line' : 'off' },
  }),
  stat: () => ({}),
  states: () => ({ lineWidth: 0, fillOpacity: 80 }),
} as const;

const OPTIONS = {
  timeseries: {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  stat: {
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    colorMode: 'background',
    graphMode: 'none',
    textMode: 'value',
    justifyMode: 'center',
  },
  states: {
    showValue: 'auto',
    mergeValues: true,
    rowHeight: 0.9,
    legend: { displayMode: 'list', placement: 'bottom', showLegend: false },
    tooltip: { mode: 'single', sort: 'none' },
  },
} as const;
