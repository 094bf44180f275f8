import type { SignalName } from '../signals.ts';

export type Unit = 'reqps' | 'cps' | 'ms' | 's' | 'bytes' | 'percentunit' | 'short' | 'none';
type Colour = 'green' | 'yellow' | 'orange' | 'red' | 'blue';

export interface Query {
  readonly expr: string;
  /** Name in the legend; `{{label}}` is replaced by Grafana. */
  readonly legend: string;
  /** On the right, in this unit. */
  readonly rightUnit?: Unit;
}

/** From `from` on, a value is shown in `colour`. */
export interface Step {
  readonly from: number;
  readonly colour: Colour;
}

/** One panel of the dashboard. */
export interface Panel {
  readonly title: string;
  /** What is to be seen, in a sentence; shown at the corner of the panel. */
  readonly description: string;
  readonly kind: 'timeseries' | 'stat' | 'states';
  readonly unit: Unit;
  readonly queries: readonly [Query, ...Query[]];
  /** The heading of the runbook that the panel links to. */
  readonly signal?: SignalName;
  /** Colours; a line for each but the first in a time series. */
  readonly steps?: readonly [Step, ...Step[]];
  /** Areas on top of each other: for parts of a whole. */
  readonly stacked?: boolean;
  /** What numbers are called. */
  readonly words?: Readonly<Record<number, { readonly text: string; readonly colour: Colour }>>;
}

/** Panels under a heading, in order. */
export interface Row {
  readonly title: string;
  /** Panels side by side. */
  readonly perLine: 2 | 3 | 4 | 6 | 8;
  readonly panels: readonly Panel[];
}
