import { join } from 'node:path';
import { openStateDatabase } from '@codex-proxy/state-db';
import { expect, test } from 'vitest';
import { dropReasonOf } from '../src/store/appended.ts';
import { createRowWriter } from '../src/thread/run-writer.ts';
import { newFolder } from './fixtures/store.ts';

const row = {
  kind: 'event',
  runId: 'req_a',
  type: 'note',
  createdAt: '2026-11-21T02:10:03.194Z',
  correlationId: null,
  source: null,
  level: null,
} as const;

test('a payload that cannot be judged keeps its size alone; after a rollback nothing is remembered of what was undone', () => {
  const database = openStateDatabase(join(newFolder(), 'state.sqlite'));
  const writer = createRowWriter(database, { content: 'none', maxPayloadBytes: 65_536, maxPerRun: 10, redaction: {} });
  const transaction = (end: 'COMMIT' | 'ROLLBACK'): void => {
    database.exec('BEGIN IMMEDIATE');
    writer.write({ ...row, payload: '{"not json' });
    writer.beforeCommit?.();
    database.exec(end);
    if (end === 'ROLLBACK') writer.rolledBack?.();
  };
  transaction('ROLLBACK');
  transaction('COMMIT');
  transaction('COMMIT');
  expect(database.prepare('SELECT payload_json FROM run_events').pluck().all()).toEqual([
    '{"_truncated":{"bytes":10}}',
    '{"_truncated":{"bytes":10}}',
  ]);
  expect(database.prepare('SELECT event_count FROM runs').pluck().all()).toEqual([2]);
  database.close();
});

test('a reason that is not known counts as a failed write', () => {
  expect([dropReasonOf('queue_full'), dropReasonOf('something new')]).toEqual(['queue_full', 'write_failed']);
});
