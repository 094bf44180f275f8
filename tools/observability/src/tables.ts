import { ROWS } from './dashboard/rows.ts';
import { BURN_RATES, OBJECTIVES, TRAFFIC_FLOORS, type BurnRate } from './objectives.ts';
import { durationText, percent } from './promql/duration.ts';
import { ALERTS } from './rules/alerts.ts';
import { budget } from './rules/burn-alerts.ts';
import { SERVICE_FAULTS } from '@codex-proxy/contracts';
import { BASELINE_RULES, RATIO_RULES } from './rules/recording-rules.ts';
import type { AlertRule } from './rules/rule.ts';
import { anchor, SIGNALS } from './signals.ts';

/** What the documents say of objectives, alerts, rules and panels, as text. */
export interface ObservabilityTables {
  readonly objectives: readonly { name: string; share: string; counted: string; faults?: string }[];
  readonly burnRates: readonly Record<'factor' | 'windows' | 'severity' | 'spends' | 'availability' | 'firstToken', string>[];
  readonly alerts: readonly Record<'name' | 'severity' | 'expr' | 'lasting' | 'heading' | 'anchor', string>[];
  readonly recordingRules: readonly { name: string; meaning: string }[];
  readonly panels: readonly { row: string; title: string; description: string; heading?: string; anchor?: string }[];
  /** Requests a second. */
  readonly floors: Readonly<Record<keyof typeof TRAFFIC_FLOORS, number>>;
}

export function observabilityTables(): ObservabilityTables {
  return {
    objectives: [
      {
        name: 'availability',
        share: percent(OBJECTIVES.availability),
        counted: 'chat requests that do not fail by fault of the service',
        faults: SERVICE_FAULTS.join(' '),
      },
      {
        name: 'first token',
        share: percent(OBJECTIVES.firstToken),
        counted: `streams with their first content delta within ${OBJECTIVES.firstTokenMs / 1_000} s, of those that had one`,
      },
    ],
    burnRates: Object.values(BURN_RATES).map(({ factor, long, short, severity, spends }: BurnRate) => ({
      factor: String(factor),
      windows: `${long} and ${short}`,
      severity,
      spends,
      availability: percent(factor * budget(OBJECTIVES.availability)),
      firstToken: percent(factor * budget(OBJECTIVES.firstToken)),
    })),
    alerts: Object.entries<AlertRule>(ALERTS).map(([name, { severity, expr, forS, signal }]) => ({
      name,
      severity,
      expr: expr(durationText).replaceAll(/\s+/g, ' '),
      lasting: forS === 0 ? 'at once' : durationText(forS),
      heading: SIGNALS[signal],
      anchor: anchor(SIGNALS[signal]),
    })),
    recordingRules: [...BASELINE_RULES, ...RATIO_RULES].map(([name, { meaning }]) => ({ name, meaning })),
    panels: ROWS.flatMap(({ title: row, panels }) =>
      panels.map(({ title, description, signal }) => ({
        row,
        title,
        description,
        ...(signal !== undefined && { heading: SIGNALS[signal], anchor: anchor(SIGNALS[signal]) }),
      })),
    ),
    floors: { ...TRAFFIC_FLOORS },
  };
}
