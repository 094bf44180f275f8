import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedStateDb, openStateDatabaseReadOnly, openStateDb, StateDbError } from '@codex-proxy/state-db';
import { expect, onTestFinished, test } from 'vitest';
import { createAgentLogStore } from '../src/index.ts';

async function rowsAfter(write: (store: ReturnType<typeof createAgentLogStore>) => void, dropped: string[] = []): Promise<unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), 'agent-log-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'state.sqlite');
  const stateDb = await openStateDb({ path });
  write(createAgentLogStore({ stateDb, nowMs: () => Date.UTC(2026, 10, 21, 2, 10, 3, 194), onDropped: (reason) => dropped.push(reason) }));
  await stateDb.close();
  const database = openStateDatabaseReadOnly(path);
  const rows = database.prepare('SELECT * FROM agent_logs ORDER BY id').all();
  database.close();
  return rows;
}

test('entries are kept in order, redacted before they are stored, with the run that they belong to', async () => {
  const secret = ['gh', 'p_', 'Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv1Wx2Y'].join('');
  const rows = await rowsAfter((store) => {
    store.append({ source: 'worker', level: 'debug', event: 'worker_stderr', message: `pushing with ${secret}` });
    store.append({
      runId: 'req_a',
      source: 'http',
      level: 'info',
      event: 'request_completed',
      payload: { status: 200, password: 'hunter2' },
    });
  });
  const common = { created_at: '2026-11-21T02:10:03.194Z' };
  expect(rows).toEqual([
    {
      ...common,
      id: 1,
      run_id: null,
      source: 'worker',
      level: 'debug',
      event: 'worker_stderr',
      message: 'pushing with [redacted:github_token]',
      payload_json: null,
    },
    {
      ...common,
      id: 2,
      run_id: 'req_a',
      source: 'http',
      level: 'info',
      event: 'request_completed',
      message: null,
      payload_json: '{"status":200,"password":"[redacted:password]"}',
    },
  ]);
});

test('what is too large, or no JSON, is said to be so', async () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const rows = await rowsAfter((store) => {
    store.append({ source: 'http', level: 'info', event: 'a', message: 'word '.repeat(10_000), payload: { text: 'x'.repeat(70_000) } });
    store.append({ source: 'http', level: 'info', event: 'b', payload: cyclic });
  });
  expect(rows).toMatchObject([{ payload_json: '{"truncated":true,"chars":70011}' }, { payload_json: '{"truncated":true}' }]);
  expect((rows[0] as { message: string }).message).toHaveLength(16_384);
});

test('entries give way while more rows wait than they may add to', () => {
  const dropped: string[] = [];
  const stateDb = closedStateDb(new StateDbError('state_db_unavailable', 'not here'));
  const store = (maxQueuedRows: number): ReturnType<typeof createAgentLogStore> =>
    createAgentLogStore({ stateDb: { ...stateDb, queuedRows: 3 }, maxQueuedRows, onDropped: (reason) => dropped.push(reason) });
  store(3).append({ source: 'http', level: 'info', event: 'a' });
  store(4).append({ source: 'http', level: 'info', event: 'a' });
  expect(dropped).toEqual(['queue_full', 'unavailable']);
});
