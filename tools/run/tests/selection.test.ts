import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { select } from '@codex-proxy/run';
import { afterAll, beforeAll, expect, test } from 'vitest';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'selection-'));
  for (const file of [
    'packages/metrics/tests/registry.test.ts',
    'packages/metrics/tests/integration/promtool.test.ts',
    'apps/proxy-e2e/tests/streaming.spec.ts',
    'apps/proxy/tests/streaming.test.ts',
  ]) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), '');
  }
});

afterAll(() => rm(root, { recursive: true }));

test('a file goes to the runner that knows it', () => {
  expect(select(['packages/metrics/tests/registry.test.ts'], root)).toEqual({
    vitest: ['packages/metrics/tests/registry.test.ts'],
    playwright: [],
    unmatched: [],
    options: [],
  });
  expect(select(['apps/proxy-e2e/tests/streaming.spec.ts'], root)).toMatchObject({
    vitest: [],
    playwright: ['apps/proxy-e2e/tests/streaming.spec.ts'],
  });
});

test('a pattern that both runners know goes to both', () => {
  expect(select(['streaming'], root)).toMatchObject({ vitest: ['streaming'], playwright: ['streaming'] });
});

test('absolute paths, ./ and a line number are understood', () => {
  expect(select([join(root, 'packages/metrics'), './apps/proxy/tests', 'registry.test.ts:12'], root)).toMatchObject({
    vitest: ['packages/metrics', 'apps/proxy/tests', 'registry.test.ts:12'],
    unmatched: [],
  });
});

test('what matches nothing is said to', () => {
  expect(select(['promtool', 'no-such-test'], root)).toMatchObject({ vitest: ['promtool'], unmatched: ['no-such-test'] });
});

test('from the first option on, arguments are the runner’s own', () => {
  expect(select(['registry', '-t', 'renders counters'], root)).toMatchObject({ vitest: ['registry'], options: ['-t', 'renders counters'] });
});
