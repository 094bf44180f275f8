import { numberText } from '../report/number-text.ts';
import type { Row } from '../report/row.ts';
import type { Table } from '../report/table.ts';
import { slope } from '../statistics/slope.ts';
import type { Tally } from './client.ts';
import type { Vitals } from './vitals.ts';

const MB = 1e6;
/** What a process may still gain in a minute once it is warm: 0.1 MB is 144 MB a day, and the worker is replaced at 1 GB. */
const FLAT_MB_A_MINUTE = 0.1;
/** Before, caches still fill, and growth says nothing. */
const SHORTEST_JUDGED_MINUTES = 10;

/** Whether all stayed flat. Growth is the slope over the second half: what is before is warming up. */
export function soakRows(samples: readonly Vitals[], tally: Tally): Row[] {
  const warm = samples.slice(Math.floor(samples.length / 2));
  const perMinute = (of: (vitals: Vitals) => number): number => slope(warm.map((vitals) => [vitals.minutes, of(vitals)]));
  const last = samples.at(-1);
  const isJudged = (last?.minutes ?? 0) >= SHORTEST_JUDGED_MINUTES;
  const unit = isJudged ? 'MB a minute' : `MB a minute, not judged within ${SHORTEST_JUDGED_MINUTES} minutes`;
  const flat = isJudged ? { target: { measured: { op: '≤', value: FLAT_MB_A_MINUTE } } as const } : {};
  const none = { measured: { op: '≤', value: 0 } } as const;
  return [
    { what: 'growth of the proxy', measured: perMinute(({ proxyBytes }) => proxyBytes / MB), unit, ...flat },
    { what: 'growth of its heap', measured: perMinute(({ heapBytes }) => heapBytes / MB), unit, ...flat },
    { what: 'growth of the worker', measured: perMinute(({ workerBytes }) => workerBytes / MB), unit, ...flat },
    {
      what: 'growth of descriptors',
      measured: perMinute(({ descriptors }) => descriptors),
      unit: 'a minute',
      target: { measured: { op: '≤', value: 0.5 } },
    },
    { what: 'growth of the state folder', measured: perMinute(({ stateBytes }) => stateBytes / MB), unit: 'MB a minute' },
    { what: 'streams still counted at the end', measured: last?.activeStreams ?? Number.NaN, unit: '', target: none },
    { what: 'restarts of the worker', measured: last?.restarts ?? Number.NaN, unit: '', target: none },
    { what: 'answers that were not as expected', measured: tally.unexpected, unit: '', target: none },
  ];
}

export function vitalsTable(samples: readonly Vitals[]): Table {
  return {
    title: 'Vital signs',
    columns: ['minutes', 'proxy MB', 'heap MB', 'worker MB', 'descriptors', 'state MB', 'streams'],
    rows: samples.map((vitals) =>
      [
        vitals.minutes,
        vitals.proxyBytes / MB,
        vitals.heapBytes / MB,
        vitals.workerBytes / MB,
        vitals.descriptors,
        vitals.stateBytes / MB,
        vitals.activeStreams,
      ].map(numberText),
    ),
  };
}

export function tallyTable(tally: Tally): Table {
  return {
    title: 'What was done',
    columns: ['errand', 'as expected', 'not', 'the last that was not'],
    rows: tally
      .entries()
      .map(([what, { expected, unexpected, last }]) => [what, numberText(expected), numberText(unexpected), last.slice(0, 80)]),
  };
}
