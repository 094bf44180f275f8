import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { REPOSITORY } from '../src/live/program.ts';
import { SCRAPE_JOB, THRESHOLDS } from '../src/objectives.ts';
import { blocks, ROLLOUT } from './support/runbook.ts';

const read = (path: string): string => readFileSync(join(REPOSITORY, 'docs/deployment', path), 'utf8');

interface Kustomization {
  readonly labels: readonly { readonly pairs: Record<string, string>; readonly includeSelectors?: boolean }[];
}

test('Prometheus calls the job as the rules do', () => {
  const { scrape_configs: configs } = parse(read('prometheus/prometheus.yml')) as { scrape_configs: { job_name: string }[] };
  expect(configs.map(({ job_name }) => job_name)).toEqual([SCRAPE_JOB]);
});

test('so does the PodMonitor, by a label that every pod has', () => {
  const { spec } = parse(read('kubernetes/pod-monitor.yaml')) as { spec: { jobLabel: string } };
  const [label] = (parse(read('kubernetes/kustomization.yaml')) as Kustomization).labels;
  expect(label?.includeSelectors).toBe(true);
  expect(label?.pairs[spec.jobLabel]).toBe(SCRAPE_JOB);
});

test('samples are kept for as long as rules and exit criteria look back', () => {
  const kept = Number(/--storage\.tsdb\.retention\.time=(\d+)d/.exec(read('compose.yaml'))?.[1]);
  const looked = blocks('promql', ROLLOUT).flatMap(({ code }) => [...code.matchAll(/\[(\d+)d\]/g)].map(([, days]) => Number(days)));
  expect(looked.length).toBeGreaterThan(0);
  expect(kept).toBeGreaterThanOrEqual(Math.max(...looked, (THRESHOLDS.baselineS + THRESHOLDS.baselineOffsetS) / 86_400));
});
