import { describe, expect, it, test } from 'vitest';
import { checkRuntime } from '../src/doctor/checks/runtime.ts';
import { renderFindings } from '../src/doctor/findings-text.ts';
import { readSettings } from '../src/doctor/settings.ts';
import { bar } from '../src/text/bar.ts';
import { renderColumns } from '../src/text/columns.ts';
import { nearest } from '../src/text/nearest.ts';
import { counted, formatAge } from '../src/text/number.ts';
import { createPaint } from '../src/text/paint.ts';
import { shellWord } from '../src/text/shell-word.ts';
import { CommandError } from '../src/errors.ts';
import { failed, judge, passed, skipped, StepError, StepSkipped, type Verdict } from '../src/verdict/verdict.ts';
import { renderSum, renderVerdict } from '../src/verdict/verdict-text.ts';

const plain = { paint: createPaint(false), columns: 60 };

describe('findings', () => {
  it('stand with the gravest first, broken at the width, with what to do below', () => {
    const text = renderFindings(
      [
        { check: 'disk', severity: 'ok', text: 'there is room' },
        { check: 'port', severity: 'warning', text: 'a proxy answers, and is degraded' },
        {
          check: 'databases',
          severity: 'error',
          text: 'state.sqlite is damaged: a page of it is not what it should be',
          advice: 'move it away',
        },
      ],
      plain,
    );
    expect(text).toBe(
      [
        '✗ databases      state.sqlite is damaged: a page of it is',
        '                 not what it should be',
        '                 → move it away',
        '! port           a proxy answers, and is degraded',
        '✓ disk           there is room',
        '',
        '1 error, 1 warning.',
        '',
      ].join('\n'),
    );
  });

  it('show what would move the cursor as an escape', () => {
    expect(renderFindings([{ check: 'disk', severity: 'ok', text: 'a\u001b[2Jb' }], plain)).toContain(String.raw`a\u001b[2Jb`);
  });
});

describe('settings that are refused', () => {
  it('are told by name, and the others hold', () => {
    const { configuration, problems } = readSettings({ WORKER_MAX_QUEUE: 'many', PORT: '1234' });
    expect(problems).toEqual([expect.stringMatching(/^WORKER_MAX_QUEUE must be a whole number/)]);
    expect(configuration).toMatchObject({ PORT: 1234, WORKER_MAX_QUEUE: 128 });
  });

  it('are told where they contradict each other', () => {
    const { configuration, problems } = readSettings({ WORKER_BACKOFF_INITIAL_MS: '900', WORKER_BACKOFF_MAX_MS: '300', PORT: '1234' });
    expect(problems).toEqual(['WORKER_BACKOFF_INITIAL_MS must not be larger than WORKER_BACKOFF_MAX_MS']);
    expect(configuration).toMatchObject({ PORT: 1234, WORKER_BACKOFF_MAX_MS: 5_000 });
  });
});

test.each([
  ['v24.21.0', 'ok'],
  ['v26.1.0', 'note'],
])('Node %s is %s', (version, severity) => {
  expect(checkRuntime({ version, arch: 'x64', platform: 'linux' })).toMatchObject([{ severity }]);
});

describe('a step', () => {
  const clock = (): (() => number) => {
    let nowMs = 0;
    return () => (nowMs += 5);
  };
  test.each<readonly [string, () => never, Partial<Verdict>]>([
    [
      'a sentence of its own',
      () => {
        throw new StepError('It broke.');
      },
      { outcome: 'failed', why: ['It broke.'] },
    ],
    [
      'that of a command',
      () => {
        throw new CommandError('nothing listens');
      },
      { outcome: 'failed', why: ['nothing listens'] },
    ],
    [
      'what is missing',
      () => {
        throw new StepSkipped('no token');
      },
      { outcome: 'skipped', why: ['no token'] },
    ],
    [
      'no more than a code',
      () => {
        throw Object.assign(new Error('/a/secret/path'), { code: 'EACCES' });
      },
      { outcome: 'failed', why: ['it could not be carried out (EACCES)'] },
    ],
  ])('that throws fails with %s', async (_what, run, verdict) => {
    expect(await judge({ name: 'it', run }, clock())).toEqual({ name: 'it', duration_ms: 5, ...verdict });
  });

  it('is shown with its reasons, ten at most', () => {
    const verdict: Verdict = { name: 'it holds', duration_ms: 12, ...failed(...Array.from({ length: 12 }, (_, at) => `reason ${at}`)) };
    const lines = renderVerdict(verdict, plain).split('\n');
    expect([lines[0], lines[1], lines[10], lines[11], lines.length]).toEqual([
      '✗ it holds (12.0 ms)',
      '    reason 0',
      '    reason 9',
      '    and 2 more',
      13,
    ]);
    expect(renderVerdict({ name: 'it holds', duration_ms: 1_200, ...passed('nine') }, plain)).toBe('✓ it holds (1.20 s)\n    nine\n');
    expect(renderSum([verdict, { name: 'b', duration_ms: 0, ...skipped('why') }])).toBe('\n0 passed, 1 failed, 1 skipped.\n');
  });
});

describe('text', () => {
  test.each([
    ['PROXY_TRACE_BUFER', 'PROXY_TRACE_BUFFER'],
    ['PROT', 'PORT'],
    ['PROXY_WHALES', undefined],
  ])('the nearest of %s is %s', (word, name) => expect(nearest(word, ['PORT', 'PROXY_TRACE_BUFFER'])).toBe(name));

  test.each([
    [0, 4, '▕                        ▏   0 %'],
    [1, 4, '▕██████                  ▏  25 %'],
    [9, 4, '▕████████████████████████▏ 100 %'],
    [0, 0, ''],
  ])('a bar of %i of %i', (done, total, text) => expect(bar(done, total)).toBe(text));

  test.each([
    [42, '42 s'],
    [119, '119 s'],
    [120, '2 min'],
    [7_300, '2 h'],
    [1_000_000, '11 d'],
    [-3, '0 s'],
  ])('an age of %i s is %s', (seconds, text) => expect(formatAge(seconds)).toBe(text));

  it('counts', () =>
    expect([counted(1, 'row'), counted(20_000, 'row'), counted(0, 'entry', 'entries')]).toEqual(['1 row', '20,000 rows', '0 entries']));

  test.each([
    ['/srv/state', '/srv/state'],
    ["a b'c", String.raw`'a b'\''c'`],
    ['$HOME', "'$HOME'"],
  ])('%s is %s for a shell', (path, word) => expect(shellWord(path)).toBe(word));

  it('stands in columns, numbers below their last digits', () => {
    const rows = [
      ['one', '1'],
      ['three', '300'],
    ];
    expect(renderColumns([{ title: 'name' }, { title: 'n', isNumber: true }], rows)).toBe('NAME     N\none      1\nthree  300\n');
  });
});
