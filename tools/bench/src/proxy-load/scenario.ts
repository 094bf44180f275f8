import { join } from 'node:path';
import { writeScriptedWorker } from '@codex-proxy/scripted-worker';
import type { Bound } from '../report/row.ts';

export interface Scenario {
  /** Fit for the name of a folder. */
  readonly id: string;
  readonly name: string;
  readonly stream: boolean;
  /** Deltas of each answer. */
  readonly deltas: number;
  /** What a rate counts: whole answers, or the deltas that arrived. */
  readonly counted: 'requests' | 'streams' | 'deltas';
  readonly target: Bound;
}

export const SCENARIOS: readonly Scenario[] = [
  { id: 'whole-1', name: 'non-streamed, 1 delta', stream: false, deltas: 1, counted: 'requests', target: { op: '≥', value: 8_000 } },
  { id: 'whole-20', name: 'non-streamed, 20 deltas', stream: false, deltas: 20, counted: 'requests', target: { op: '≥', value: 8_000 } },
  { id: 'stream-20', name: 'streams of 20 deltas', stream: true, deltas: 20, counted: 'streams', target: { op: '≥', value: 5_000 } },
  {
    id: 'stream-5000',
    name: 'streams of 5,000 deltas',
    stream: true,
    deltas: 5_000,
    counted: 'deltas',
    target: { op: '≥', value: 250_000 },
  },
];

/** Least part of the sketch's rate that ours is to keep. */
export const RATIO_TARGET: Bound = { op: '≥', value: 0.65 };
export const PEAK_MEMORY_TARGET_MB = 300;

export const MODEL = 'demo-codex';

export function requestBody(scenario: Pick<Scenario, 'stream'>): object {
  return { model: MODEL, stream: scenario.stream, messages: [{ role: 'user', content: 'Hello there, how are you?' }] };
}

/** A worker that answers each turn at once; both fronts run it as their own. */
export async function scenarioWorker(folder: string, scenario: Pick<Scenario, 'id' | 'deltas'>): Promise<string> {
  return writeScriptedWorker(join(folder, `worker-${scenario.id}`), { deltas: scenario.deltas, models: [MODEL] });
}
