import type { Bound } from '../report/row.ts';

export interface Scenario {
  readonly name: string;
  readonly stream: boolean;
  /** Deltas of each answer. */
  readonly deltas: number;
  /** What is counted: answers, or the deltas that arrived. */
  readonly counts: 'answers' | 'deltas';
  readonly unit: string;
  readonly target: Bound;
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'non-streamed, 1 delta', stream: false, deltas: 1, counts: 'answers', unit: 'req/s', target: { op: '≥', value: 8_000 } },
  { name: 'non-streamed, 20 deltas', stream: false, deltas: 20, counts: 'answers', unit: 'req/s', target: { op: '≥', value: 8_000 } },
  { name: 'streams of 20 deltas', stream: true, deltas: 20, counts: 'answers', unit: 'streams/s', target: { op: '≥', value: 5_000 } },
  { name: 'streams of 5,000 deltas', stream: true, deltas: 5_000, counts: 'deltas', unit: 'deltas/s', target: { op: '≥', value: 250_000 } },
];

/** Least part of the sketch's rate that ours is to keep. */
export const RATIO_TARGET: Bound = { op: '≥', value: 0.65 };
export const PEAK_MEMORY_TARGET_MB = 300;

export const MODEL = 'demo-codex';

export function requestBody(scenario: Scenario): object {
  return { model: MODEL, stream: scenario.stream, messages: [{ role: 'user', content: 'Hello there, how are you?' }] };
}
