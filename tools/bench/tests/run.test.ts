import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Benchmark } from '@codex-proxy/bench';
import { runBenchmark } from '../src/run.ts';

const options = { profile: false, repetitions: 1, proxyNodeOptions: [] };

async function run(benchmark: Benchmark['run']): Promise<{ finding: unknown; printed: string }> {
  let printed = '';
  const surroundings = { options, root: '.', say: () => {}, outputFd: 1, print: (text: string) => void (printed += text) } as const;
  return { finding: await runBenchmark({ name: 'it', about: '', run: benchmark }, surroundings), printed };
}

test('its tables are printed, its rows are a finding, its folder is gone', async () => {
  let folder = '';
  const { finding, printed } = await run((context) => {
    ({ folder } = context);
    expect(existsSync(folder)).toBe(true);
    return Promise.resolve({
      rows: [{ what: 'x', measured: 1, unit: 'ms' }],
      tables: [{ title: 'Detail', columns: ['a'], rows: [['1']] }],
    });
  });
  expect(finding).toEqual({ benchmark: 'it', rows: [{ what: 'x', measured: 1, unit: 'ms' }] });
  expect(printed).toBe('Detail\na\n─\n1\n\n');
  expect(existsSync(folder)).toBe(false);
});

test('one that breaks is a finding with its reason, and leaves no process behind', async () => {
  let pid = 0;
  const { finding } = await run(({ children, folder }) => {
    const files = { stdoutFile: `${folder}/stdout`, stderrFile: `${folder}/stderr` };
    ({ pid } = children.start('sleep', { args: ['600'], cwd: folder, environment: { PATH: process.env.PATH ?? '' }, ...files }));
    throw new Error('wrk is missing');
  });
  expect(finding).toEqual({ benchmark: 'it', rows: [], failure: 'wrk is missing' });
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
