import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { benchmarks } from '../src/catalogue.ts';
import { readCommandLine } from '../src/command-line.ts';
import { select } from '../src/selection.ts';

const workspace = mkdtempSync(join(tmpdir(), 'bench-selection-'));
mkdirSync(join(workspace, 'packages/redaction/bench'), { recursive: true });
writeFileSync(join(workspace, 'packages/redaction/bench/redaction.bench.ts'), '');
writeFileSync(join(workspace, 'package.json'), '{"scripts":{"start":"sh bootstrap --max-semi-space-size=8 main.ts"}}');

const chosen = (...names: string[]): string[] => select(benchmarks(workspace), names).map(({ name }) => name);

test('without a name all run, those that packages keep included', () => {
  expect(chosen()).toEqual([
    'proxy-latency',
    'proxy-load',
    'proxy-abort',
    'soak-turns',
    'trace-buffer',
    'archive',
    'archive-streams',
    'worker-log-db',
    'redaction',
  ]);
});

test('a family runs all of its members, a name its one, in the order of the catalogue', () => {
  expect(chosen('soak-turns', 'proxy')).toEqual(['proxy-latency', 'proxy-load', 'proxy-abort', 'soak-turns']);
  expect(chosen('proxy-load')).toEqual(['proxy-load']);
});

test('a name that chooses nothing is refused with the names there are', () => {
  expect(() => chosen('prox')).toThrow(
    'there is no benchmark "prox": proxy-latency, proxy-load, proxy-abort, soak-turns, trace-buffer, archive, archive-streams, worker-log-db, redaction',
  );
});

test('the proxy runs with the memory options of npm start, unless others are given', () => {
  expect(readCommandLine(['proxy'], workspace).options.proxyNodeOptions).toEqual(['--max-semi-space-size=8']);
  expect(readCommandLine(['--proxy-node-option=--max-semi-space-size=4'], workspace).options.proxyNodeOptions).toEqual([
    '--max-semi-space-size=4',
  ]);
});

test('a number of repetitions that is none is refused', () => {
  expect(() => readCommandLine(['--repetitions', 'many'], workspace)).toThrow('--repetitions must be a whole number from 1');
});
