import { numberText } from '../report/number-text.ts';
import type { Row } from '../report/row.ts';
import type { Table } from '../report/table.ts';
import { slope } from '../statistics/slope.ts';
import type { Tally } from './client.ts';
import type { Vitals } from './vitals.ts';

const MB = 1e6;
/** What may be reached in the second half against the first: the longer a soak, the slower the growth that it finds. */
const FLAT = 1.05;
/** Before, caches still fill, and growth says nothing. */
const SHORTEST_JUDGED_MINUTES = 10;

/**
 * Whether all stayed flat: the second half is held against the first. Of what comes and goes, memory, workers, logs that are rotated, the most
 * counts; of the heap, which grows until it is collected, the least.
 */
export function soakRows(samples: readonly Vitals[], tally: Tally): Row[] {
  const [first, second] = [samples.slice(0, samples.length >> 1), samples.slice(samples.length >> 1)];
  const perMinute = (of: (vitals: Vitals) => number): number => slope(second.map((vitals) => [vitals.minutes, of(vitals)]));
  const last = samples.at(-1);
  const isJudged = (last?.minutes ?? 0) >= SHORTEST_JUDGED_MINUTES;
  const flat = (what: string, of: (vitals: Vitals) => number, extreme: (...values: number[]) => number): Row => ({
    what,
    measured: extreme(...second.map(of)),
    unit: isJudged ? 'MB' : `MB, not judged within ${SHORTEST_JUDGED_MINUTES} minutes`,
    // What is there before the first request is no measure of anything.
    reference: { name: 'its first half', measured: extreme(...first.slice(1).map(of)) },
    ...(isJudged ? { target: { ratio: { op: '≤', value: FLAT } } } : {}),
  });
  const growth = (what: string, of: (vitals: Vitals) => number): Row => ({ what, measured: perMinute(of), unit: 'MB a minute' });
  const none = { measured: { op: '≤', value: 0 } } as const;
  return [
    flat('memory of the proxy', ({ proxyBytes }) => proxyBytes / MB, Math.max),
    growth('  growth in the second half', ({ proxyBytes }) => proxyBytes / MB),
    flat('its heap when collected', ({ heapBytes }) => heapBytes / MB, Math.min),
    flat('the largest worker', ({ workerBytes }) => workerBytes / MB, Math.max),
    flat('state folder without state.sqlite', ({ otherBytes }) => otherBytes / MB, Math.max),
    growth('growth of state.sqlite, the record of all runs', ({ recordBytes }) => recordBytes / MB),
    {
      what: 'growth of descriptors',
      measured: perMinute(({ descriptors }) => descriptors),
      unit: 'a minute',
      target: { measured: { op: '≤', value: 0.5 } },
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
