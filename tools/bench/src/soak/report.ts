import { numberText } from '../report/number-text.ts';
import type { Row } from '../report/row.ts';
import type { Table } from '../report/table.ts';
import { slope } from '../statistics/slope.ts';
import type { Tally } from './client.ts';
import type { Vitals } from './vitals.ts';

const MB = 1e6;
/** What the proxy may still gain in a minute once it is warm: 0.1 MB is 144 MB a day. */
const FLAT_MB_A_MINUTE = 0.1;
/** What comes and goes, workers and logs that are rotated, may reach this much more in the second half than in the first. */
const FLAT_PEAKS = 1.05;
/** Before, caches still fill, and growth says nothing. */
const SHORTEST_JUDGED_MINUTES = 10;

/**
 * Whether all stayed flat. Growth is the slope over the second half: what is before is warming up. Of what comes and goes the most in the
 * second half counts, against the most in the first.
 */
export function soakRows(samples: readonly Vitals[], tally: Tally): Row[] {
  const [first, second] = [samples.slice(0, samples.length >> 1), samples.slice(samples.length >> 1)];
  const perMinute = (of: (vitals: Vitals) => number): number => slope(second.map((vitals) => [vitals.minutes, of(vitals)]));
  const last = samples.at(-1);
  const isJudged = (last?.minutes ?? 0) >= SHORTEST_JUDGED_MINUTES;
  const judged = (unit: string): string => (isJudged ? unit : `${unit}, not judged within ${SHORTEST_JUDGED_MINUTES} minutes`);
  const growth = (what: string, of: (vitals: Vitals) => number): Row => ({
    what,
    measured: perMinute(of),
    unit: judged('MB a minute'),
    ...(isJudged ? { target: { measured: { op: '≤', value: FLAT_MB_A_MINUTE } } } : {}),
  });
  const peaks = (what: string, of: (vitals: Vitals) => number): Row => ({
    what,
    measured: Math.max(...second.map(of)),
    unit: judged('MB'),
    reference: { name: 'its first half', measured: Math.max(...first.map(of)) },
    ...(isJudged ? { target: { ratio: { op: '≤', value: FLAT_PEAKS } } } : {}),
  });
  const none = { measured: { op: '≤', value: 0 } } as const;
  return [
    growth('growth of the proxy', ({ proxyBytes }) => proxyBytes / MB),
    growth('growth of its heap', ({ heapBytes }) => heapBytes / MB),
    peaks('the largest worker', ({ workerBytes }) => workerBytes / MB),
    peaks('state folder without state.sqlite', ({ otherBytes }) => otherBytes / MB),
    {
      what: 'growth of descriptors',
      measured: perMinute(({ descriptors }) => descriptors),
      unit: 'a minute',
      target: { measured: { op: '≤', value: 0.5 } },
    },
    {
      what: 'growth of state.sqlite, the record of all runs',
      measured: perMinute(({ recordBytes }) => recordBytes / MB),
      unit: 'MB a minute',
    },
    { what: 'workers recycled after their turns', measured: last?.recycles ?? Number.NaN, unit: '' },
    { what: 'streams still counted at the end', measured: last?.activeStreams ?? Number.NaN, unit: '', target: none },
    { what: 'restarts of the worker', measured: last?.restarts ?? Number.NaN, unit: '', target: none },
    { what: 'answers that were not as expected', measured: tally.unexpected, unit: '', target: none },
  ];
}

export function vitalsTable(samples: readonly Vitals[]): Table {
  return {
    title: 'Vital signs',
    columns: ['minutes', 'proxy MB', 'heap MB', 'worker MB', 'descriptors', 'record MB', 'other MB', 'streams', 'recycles'],
    rows: samples.map((vitals) =>
      [
        vitals.minutes,
        vitals.proxyBytes / MB,
        vitals.heapBytes / MB,
        vitals.workerBytes / MB,
        vitals.descriptors,
        vitals.recordBytes / MB,
        vitals.otherBytes / MB,
        vitals.activeStreams,
        vitals.recycles,
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
