import { agreeing, oneCheck, playwrightTally, promtoolTally, sum, tallyLine, vitestTally } from '@codex-proxy/run';
import { expect, test } from 'vitest';

test('counts the tests of a vitest report, and a file that failed to load as one failure', () => {
  const report = {
    testResults: [
      { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }, { status: 'skipped' }] },
      { status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'todo' }] },
      { status: 'failed', assertionResults: [] },
    ],
  };
  expect(vitestTally(report)).toEqual({ passed: 2, failed: 2, skipped: 2 });
});

test('counts the tests of a Playwright report', () => {
  expect(playwrightTally({ stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 } })).toEqual({ passed: 5, failed: 1, skipped: 2 });
});

test('counts the files of `promtool test rules`', () => {
  const output = [
    'Unit Testing:  tests/A.yaml',
    '  SUCCESS',
    '',
    'Unit Testing:  tests/B.yaml',
    '  FAILED:',
    '    name: B fires: SUCCESS,',
    '',
    'Unit Testing:  tests/C.yaml',
    '  SUCCESS',
    '',
  ];
  expect(promtoolTally(output.join('\n'))).toEqual({ passed: 2, failed: 1, skipped: 0 });
});

test('a runner that fails without a failed test counts as one failure', () => {
  expect(agreeing({ passed: 3, failed: 0, skipped: 0 }, 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  expect(agreeing({ passed: 3, failed: 2, skipped: 0 }, 1)).toEqual({ passed: 3, failed: 2, skipped: 0 });
  expect(agreeing({ passed: 3, failed: 0, skipped: 0 }, 0)).toEqual({ passed: 3, failed: 0, skipped: 0 });
});

test('the closing line sums all stages and names skipped tests only if there are any', () => {
  expect(tallyLine(sum([oneCheck(0), oneCheck(2), { passed: 10, failed: 0, skipped: 0 }]))).toBe('11 passed, 1 failed');
  expect(tallyLine({ passed: 1, failed: 0, skipped: 2 })).toBe('1 passed, 0 failed, 2 skipped');
});
