import type { MetricName } from '@codex-proxy/contracts';
import { SCRAPE_JOB } from '../objectives.ts';
import { matcherText, type FullLabels } from '../promql/labels.ts';

/** The labels that Prometheus gives what it scrapes. */
export const TARGET = { job: SCRAPE_JOB, instance: 'proxy-1:11435' } as const;

/** A series and its samples, in the notation of promtool: `0x9`, `0+1x9`, `_x9`, one a step. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** Samples of a series of the catalogue, from its first step on. */
export function samples<N extends MetricName>(
  name: N,
  labels: FullLabels<N>,
  values: string,
  suffix: { readonly quantile?: string; readonly le?: string; readonly part?: '_bucket' | '_count' | '_sum' } = {},
): InputSeries {
  const { part = '', ...others } = suffix;
  return { series: `${name}${part}${matcherText({ ...TARGET, ...labels, ...others })}`, values };
}

/** `value` at every one of `steps` steps, in a row. */
export function steady(value: number, steps: number): string {
  return `${value}+0x${steps}`;
}

/** Something that grows by `step` at each of `steps` steps. */
export function growing(step: number, steps: number, from = 0): string {
  return `${from}+${step}x${steps}`;
}

/** No observation within the window of a quantile, at so many steps. */
export function nothing(steps: number): string {
  return Array.from({ length: steps }, () => 'NaN').join(' ');
}

/** One course of events, and whether the alert fires at the end of it. */
export interface AlertCase {
  readonly name: string;
  readonly input: readonly InputSeries[];
  /** Length of a step. Default 1. */
  readonly stepMinutes?: number;
  /** Minutes from its begin. */
  readonly atMinutes: number;
  /** What the alert says where it fires. */
  readonly fires?: {
    /** Labels of its series. */
    readonly labels: Readonly<Record<string, string>>;
    /** How its description prints `$value`, if it does. */
    readonly value?: string;
  };
}

/** At least one course that fires the alert, and one that does not. */
export interface AlertCases {
  readonly fires: readonly [FiringCase, ...FiringCase[]];
  readonly silent: readonly [SilentCase, ...SilentCase[]];
}
export type FiringCase = AlertCase & { readonly fires: NonNullable<AlertCase['fires']> };
export type SilentCase = Omit<AlertCase, 'fires'>;
