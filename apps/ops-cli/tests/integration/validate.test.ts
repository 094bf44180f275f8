import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runTests } from '../../src/validate/vitest.ts';
import { REPOSITORY, run } from '../support/codex-ops.ts';
import { temporaryFolder } from '../support/folder.ts';

interface Told {
  readonly check: string;
  readonly name: string;
  readonly outcome: string;
  readonly why?: readonly string[];
}

test('ScaleTrace is as its task says, but for the tests that were not run', async () => {
  const { code, out, err } = await run(['validate', '--check', 'ScaleTrace', '--without-tests', '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { checks, ...counts } = JSON.parse(out);
  expect(counts).toEqual({ version: 1, passed: 3, failed: 0, skipped: 1 });
  expect(checks.map(({ check, outcome }: Told) => `${check} ${outcome}`)).toEqual([
    'ScaleTrace passed',
    'ScaleTrace passed',
    'ScaleTrace skipped',
    'ScaleTrace passed',
  ]);
});

describe('tests that are run', () => {
  test('pass, and are counted', async () => {
    expect(await runTests(REPOSITORY, 'packages/scale-trace/tests/folder.test.ts')).toMatchObject({
      outcome: 'passed',
      note: expect.stringMatching(/^[1-9]\d* tests in 1 files$/),
    });
  });

  test('fail where there are none', async () => {
    expect(await runTests(REPOSITORY, 'packages/scale-trace/tests/nowhere.test.ts')).toMatchObject({ outcome: 'failed' });
  });
});

test('contracts: metrics, labels, errors and events keep their rules', async () => {
  const { out } = await run(['validate', '--check', 'contracts', '--json']);
  // Whether the generated documents are up to date is for the test of reference-docs to say.
  const [documents, ...rest]: readonly Told[] = JSON.parse(out).checks;
  expect(documents?.name).toBe('generated documents are what the tables render');
  expect(rest.map(({ outcome, why }) => ({ outcome, why }))).toEqual(rest.map(() => ({ outcome: 'passed', why: undefined })));
  expect(rest).toHaveLength(4);
});

describe('redaction', () => {
  test('lets no canary through, and harms no identifier', async () => {
    const { code, out, err } = await run(['validate', '--check', 'redaction']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^redaction\n✓ every rule takes its own examples out \(/);
    expect(out).toMatch(/\n\n9 passed, 0 failed\.\n$/);
  });

  test('wants rules that can be used', async () => {
    const environment = { REDACTION_RULES: join(temporaryFolder(), 'none.json') };
    expect(await run(['validate', '--check', 'redaction'], '', { environment })).toMatchObject({ code: 2 });
  });
});

test('a check that it does not know is a mistake', async () => {
  expect(await run(['validate', '--check', 'whales'])).toMatchObject({ code: 2, out: '' });
});
