import { expect, it } from 'vitest';
import { CleanValues } from '../src/value/clean-values.ts';
import { createRedactor } from '../src/index.ts';

it('knows what it was told, and nothing else', () => {
  const values = new CleanValues(8);
  for (const value of ['info', 'warn', 'req_1', '']) expect(values.has(value)).toBe(value === '');
  values.add('info');
  expect(values.has('info')).toBe(true);
  expect(values.has('warn')).toBe(false);
  values.add('x'.repeat(65));
  expect(values.has('x'.repeat(65))).toBe(false);
});

it('never takes one value for another, whatever shares its place', () => {
  const values = new CleanValues(2);
  const added = Array.from({ length: 500 }, (_, index) => `value-${index}`);
  for (const value of added) {
    values.add(value);
    for (const other of added) if (values.has(other)) expect(added.indexOf(other)).toBeLessThanOrEqual(added.indexOf(value));
  }
  expect(added.filter((value) => values.has(value)).length).toBeLessThanOrEqual(2);
});

it('lets no secret pass for having seen a clean value under the same key, or the same id under another', () => {
  const redactor = createRedactor();
  const secret = ['glpat', 'aB3dE6gH9jK2mN5pQ8sT'].join('-');
  for (const key of ['message', 'request_id', 'run_id']) {
    for (const clean of ['idle', 'req_1', 'x'.repeat(secret.length)]) redactor.logRecord({ [key]: clean });
    expect(JSON.stringify(redactor.logRecord({ [key]: secret }))).not.toContain(secret);
    expect(redactor.logRecord({ [key]: 'idle' })).toEqual({ [key]: 'idle' });
  }
});
