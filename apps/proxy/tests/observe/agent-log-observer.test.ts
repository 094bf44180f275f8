import { createLogger } from '@codex-proxy/logging';
import { createMetrics } from '@codex-proxy/metrics';
import { StateDbError } from '@codex-proxy/state-db';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAgentLogObserver } from '../../src/observe/agent-log-observer.ts';
import { parseLine, type Line } from '../support/log-lines.ts';
import { sampleValue } from '../support/metric-samples.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const lines: Line[] = [];
  const metrics = createMetrics({ defaultMetrics: false });
  const logger = createLogger({
    level: 'info',
    destination: { write: (line) => void lines.push(parseLine(line)) },
    redact: (record) => record,
  });
  const observer = createAgentLogObserver({ logger, metrics });
  const logged = (): unknown[] => lines.splice(0).map(({ event, reason, count }) => [event, reason, count]);
  return { observer, metrics, logged };
}

test('rows that are not kept are counted at once, and told in sums', async () => {
  const { observer, metrics, logged } = setUp();
  for (const reason of ['rate', 'rate', 'queue_full']) observer.onDropped(reason);
  expect(sampleValue(await metrics.expose(), 'codex_log_dropped_total{sink="agent_logs"}')).toBe(3);
  expect(logged()).toEqual([]);
  vi.advanceTimersByTime(10_000);
  expect(logged()).toEqual([
    ['agent_logs_dropped', 'rate', 2],
    ['agent_logs_dropped', 'queue_full', 1],
  ]);
  vi.advanceTimersByTime(60_000);
  expect(logged()).toEqual([]);
  observer.onDropped('closed');
  observer.close();
  expect(logged()).toEqual([['agent_logs_dropped', 'closed', 1]]);
});

test('a database that cannot be written, and can be again, is told', () => {
  const { observer, logged } = setUp();
  observer.onFailure(new StateDbError('state_db_full', 'no room'));
  observer.onRecover({ dropped: 7 });
  expect(logged()).toEqual([
    ['agent_logs_failed', 'state_db_full', undefined],
    ['agent_logs_recovered', undefined, 7],
  ]);
});
