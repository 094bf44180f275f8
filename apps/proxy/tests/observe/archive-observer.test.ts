import type { ArchiveOutcome, ArchiveOutcomeKind } from '@codex-proxy/contracts';
import { createLogger } from '@codex-proxy/logging';
import { createMetrics } from '@codex-proxy/metrics';
import { expect, test } from 'vitest';
import { createArchiveObserver } from '../../src/observe/archive-observer.ts';
import { parseLine, type Line } from '../support/log-lines.ts';
import { sampleValue } from '../support/metric-samples.ts';

function setUp() {
  const lines: Line[] = [];
  let nowMs = 0;
  const metrics = createMetrics();
  const observer = createArchiveObserver({
    logger: createLogger({ level: 'info', destination: { write: (line) => void lines.push(parseLine(line)) }, redact: (record) => record }),
    metrics,
    monotonicMs: () => nowMs,
    nowMs: () => 1_700_000_000_400,
  });
  return {
    observer,
    logged: () => lines.splice(0).map(({ timestamp: _at, level: _level, component: _of, ...fields }) => fields),
    wait: (ms: number) => void (nowMs += ms),
    sample: async (series: string) => sampleValue(await metrics.expose(), series),
  };
}

function outcome(kind: ArchiveOutcomeKind, fields: Partial<ArchiveOutcome> = {}): ArchiveOutcome {
  const none = { rowsArchived: 0, rowsPurged: 0, originalSizeBytes: 0, compressedSizeBytes: 0, bytesReturned: 0, durationMs: 4.6 };
  return { kind, sizeBytes: 4_096, thresholdBytes: 1_024, ...none, ...fields };
}

const failed = (code: string, fields: Partial<ArchiveOutcome> = {}): ArchiveOutcome =>
  outcome('failed', { ...fields, error: { code, message: `it is ${code}` } });

test('a run is logged from its start to its sizes, and counted', async () => {
  const { observer, logged, sample } = setUp();
  observer.onStart({ sizeBytes: 9_000, thresholdBytes: 1_024 });
  expect([observer.sizeBytes, await sample('codex_agent_logs_bytes')]).toEqual([9_000, 9_000]);
  observer.onProgress({ phase: 'export', done: 1, total: 3 });
  const sizes = { originalSizeBytes: 800, compressedSizeBytes: 80, bytesReturned: 700 };
  observer.onOutcome(outcome('archived', { archivedFilePath: '/some/where/a.json.gz', rowsArchived: 3, rowsPurged: 2, ...sizes }));
  expect(logged()).toEqual([
    { event: 'archive_started', bytes: 9_000 },
    { event: 'archive_progress', phase: 'export', count: 1, total_count: 3 },
    {
      event: 'archive_completed',
      reason: 'archived',
      file: 'a.json.gz',
      count: 3,
      purged_count: 2,
      bytes: 800,
      compressed_bytes: 80,
      returned_bytes: 700,
      duration_ms: 5,
    },
  ]);
  expect(await sample('codex_agent_logs_archived_rows_total')).toBe(2);
  expect(await sample('codex_archive_last_success_timestamp_seconds')).toBe(1_700_000_000);
  expect(await sample('codex_agent_logs_bytes')).toBe(4_096);
});

test('what was archived before this process began, or by another, counts as the last success', async () => {
  const { observer, logged, sample } = setUp();
  observer.onOutcome(outcome('below_threshold', { lastArchivedAt: '2023-11-14T22:00:00.600Z' }));
  expect(await sample('codex_archive_last_success_timestamp_seconds')).toBe(1_699_999_201);
  expect(logged()).toEqual([]);
});

test('progress is told once a phase, and every ten seconds within one', () => {
  const { observer, logged, wait } = setUp();
  for (const phase of ['export', 'export', 'verify'] as const) observer.onProgress({ phase, done: 1, total: 3 });
  wait(10_000);
  for (const done of [2, 3]) observer.onProgress({ phase: 'verify', done, total: 3 });
  expect(logged().map(({ phase, count }) => [phase, count])).toEqual([
    ['export', 1],
    ['verify', 1],
    ['verify', 2],
  ]);
});

test('a failure is told once a cause until it goes well again; a run elsewhere, or one that was stopped, says nothing of it', async () => {
  const { observer, logged, sample } = setUp();
  observer.onOutcome(failed('archive_disk_full', { sizeBytes: 0 }));
  observer.onOutcome(failed('archive_disk_full'));
  observer.onOutcome(failed('archive_folder_unusable'));
  expect(logged()).toEqual([
    { event: 'archive_failed', reason: 'archive_disk_full', error_message: 'it is archive_disk_full' },
    { event: 'archive_failed', reason: 'archive_folder_unusable', error_message: 'it is archive_folder_unusable' },
  ]);
  observer.onOutcome(outcome('busy'));
  observer.onOutcome(outcome('stopped'));
  expect([observer.failing, logged()]).toEqual([true, [{ event: 'archive_stopped', duration_ms: 5 }]]);
  observer.onOutcome(outcome('below_threshold'));
  observer.onOutcome(outcome('below_threshold'));
  expect([observer.failing, logged()]).toEqual([false, [{ event: 'archive_recovered' }]]);
  expect(await sample('codex_archive_last_success_timestamp_seconds')).toBe(0);
});

test('retention that fails is told once, and is over when a run ends without it', () => {
  const { observer, logged } = setUp();
  for (let look = 0; look < 2; look += 1) {
    observer.onOutcome(outcome('below_threshold'));
    observer.onFailure({ code: 'archive_folder_unusable', message: 'no' });
  }
  expect(logged()).toEqual([{ event: 'archive_failed', reason: 'archive_folder_unusable', error_message: 'no' }]);
  observer.onOutcome(outcome('below_threshold'));
  expect(observer.failing).toBe(true);
  observer.onOutcome(outcome('below_threshold'));
  expect([observer.failing, logged()]).toEqual([false, [{ event: 'archive_recovered' }]]);
  observer.onPrune({ files: 2, bytes: 9 });
  expect(logged()).toEqual([{ event: 'archive_retention', count: 2, bytes: 9 }]);
});
