import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { FAULTS, renderFaults } from '@codex-proxy/chaos';
import { DEGRADED_PARTS, LOG_EVENTS, METRICS } from '@codex-proxy/contracts';
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

  test('names events, metrics and parts that there are', () => {
    const events = quoted(fault.log).filter((name) => !name.startsWith('state_db_'));
    expect(events.filter((name) => !(name in LOG_EVENTS))).toEqual([]);
    const metrics = fault.metric.match(/codex_[a-z_]+/g) ?? [];
    expect(metrics.filter((name) => !(name in METRICS))).toEqual([]);
    expect(quoted(fault.probe).filter((part) => !DEGRADED_PARTS.some((known) => known === part))).toEqual([]);
  });
});

test('the table has a row a fault, and no cell of it ends early', () => {
  const lines = renderFaults(FAULTS).trimEnd().split('\n');
  expect(lines).toHaveLength(FAULTS.length + 2);
  expect(new Set(lines.map((line) => line.split(' | ').length))).toEqual(new Set([7]));
});
