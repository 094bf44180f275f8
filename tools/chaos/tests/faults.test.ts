import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { FAULT_GROUPS, FAULTS, renderFaults } from '@codex-proxy/chaos';
import { DEGRADED_PARTS, ERROR_CODES, LOG_EVENTS, LOG_FIELDS, METRICS, probeBodySchema, UNREADY_REASONS } from '@codex-proxy/contracts';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Names in code spans. */
function quoted(text: string): string[] {
  return Array.from(text.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g), (match) => match[1] ?? '');
}

describe.each(FAULTS)('$name', (fault) => {
  test('is tested where it says', () => {
    expect(readFileSync(resolve(ROOT, fault.test.file), 'utf8')).toContain(fault.test.name);
  });

  test('names errors, events, metrics, parts and reasons that there are', () => {
    expect(quoted(fault.client).filter((name) => !(name in ERROR_CODES))).toEqual([]);
    // What is in brackets are values of their fields.
    const events = quoted(fault.log.replaceAll(/\([^)]*\)/g, ''));
    expect(events.filter((name) => !(name in LOG_EVENTS) && !(name in LOG_FIELDS))).toEqual([]);
    const metrics = fault.metric.match(/codex_[a-z_]+/g) ?? [];
    expect(metrics.filter((name) => !(name in METRICS))).toEqual([]);
    const known = [...DEGRADED_PARTS, ...UNREADY_REASONS, ...Object.keys(probeBodySchema.shape)];
    expect(quoted(fault.probe).filter((name) => !known.includes(name))).toEqual([]);
  });
});

test('no two faults have one name, in one group', () => {
  for (const { faults } of FAULT_GROUPS) expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});

test('the tables have a row a fault, and no cell of them ends early', () => {
  const lines = renderFaults(FAULT_GROUPS)
    .split('\n')
    .filter((line) => line.startsWith('|'));
  expect(lines).toHaveLength(FAULTS.length + 2 * FAULT_GROUPS.length);
  expect(new Set(lines.map((line) => line.split(' | ').length))).toEqual(new Set([7]));
});
