import { describe, expect, test } from 'vitest';
import { findingsJson, findingsTable, isMet, ratioOf, renderTable, type Row } from '@codex-proxy/bench';

const met: Row = {
  what: 'streams',
  measured: 8_412.4,
  unit: 'streams/s',
  reference: { name: 'sketch', measured: 10_000 },
  target: { measured: { op: '≥', value: 5_000 }, ratio: { op: '≥', value: 0.65 } },
};
const missed: Row = { what: 'peak', measured: 300, unit: 'MB', target: { measured: { op: '<', value: 300 } } };
const plain: Row = { what: 'cost', measured: 0.1234, unit: 'ms' };

test('columns of numbers are flush right, others flush left', () => {
  const table = { title: 'Title', columns: ['name', 'count'], rows: [['a', '1'], ['longer', '1,234'], ['b', '']] }; // prettier-ignore
  expect(renderTable(table)).toBe(['Title', 'name    count', '──────  ─────', 'a           1', 'longer  1,234', 'b', ''].join('\n'));
});

test('the table shows each row with its ratio, what it is against, its target and whether that is met', () => {
  const { rows } = findingsTable([{ benchmark: 'load', rows: [met, missed, plain] }]);
  expect(rows).toEqual([
    ['load', 'streams', '8,412', 'streams/s', '0.841', 'sketch 10,000', '≥ 5,000, ratio ≥ 0.65', 'yes'],
    ['load', 'peak', '300', 'MB', '', '', '< 300', 'NO'],
    ['load', 'cost', '0.12', 'ms', '', '', '', ''],
  ]);
});

test('a benchmark that broke is shown with its reason', () => {
  const { rows } = findingsTable([{ benchmark: 'load', rows: [], failure: 'wrk is missing' }]);
  expect(rows).toEqual([['load', 'broke: wrk is missing', '', '', '', '', '', 'no']]);
});

test('as data, ratio and met are worked out', () => {
  expect(JSON.parse(JSON.stringify(findingsJson([{ benchmark: 'load', rows: [met, plain] }])))).toEqual([
    { benchmark: 'load', rows: [{ ...met, ratio: 0.84124, met: true }, plain] },
  ]);
});

describe('a target', () => {
  test.each([
    ['at the bound', { ...met, measured: 6_500 }, true],
    ['a ratio below', { ...met, measured: 6_499 }, false],
    ['a figure below, the ratio above', { ...met, measured: 4_999, reference: { name: 'sketch', measured: 1 } }, false],
    ['a figure that is none', { ...missed, measured: Number.NaN }, false],
    ['a ratio without reference', { ...plain, target: { ratio: { op: '≤', value: 1.05 } } }, false],
  ] as const)('%s: %j', (_, row, expected) => {
    expect(isMet(row)).toBe(expected);
  });

  test('that does not exist is neither met nor missed', () => {
    expect([isMet(plain), ratioOf(plain)]).toEqual([undefined, undefined]);
  });
});
