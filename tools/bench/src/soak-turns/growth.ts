import { memoryOf } from '../process/proc.ts';
import { numberText } from '../report/number-text.ts';
import type { Table } from '../report/table.ts';
import { slope } from '../statistics/slope.ts';

const MB = 1e6;

/** Memory after so many turns, by whose it is; bytes. */
export interface Sample {
  readonly turns: number;
  readonly bytes: Readonly<Record<string, number>>;
}

/** Growth in KB a turn of `whose` memory, from sample `fromTurns` on: what is before is warming up. */
export function growthKb(samples: readonly Sample[], whose: string, fromTurns: number): number {
  const points = samples.filter(({ turns }) => turns >= fromTurns).map(({ turns, bytes }) => [turns, bytes[whose] ?? Number.NaN] as const);
  return slope(points) / 1_000;
}

export function samplesTable(title: string, unit: string, samples: readonly Sample[]): Table {
  const names = Object.keys(samples[0]?.bytes ?? {});
  return {
    title,
    columns: [unit, ...names.map((name) => `${name} MB`)],
    rows: samples.map(({ turns, bytes }) => [numberText(turns), ...names.map((name) => numberText((bytes[name] ?? Number.NaN) / MB))]),
  };
}

export function residentBytes(pid: number): number {
  return memoryOf(pid).resident;
}
