import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchiveOutcome } from '@codex-proxy/contracts';
import { closedStateDb, openStateDb, StateDbError, type StateDb } from '@codex-proxy/state-db';
import {
  ArchiveSchedule,
  createAgentLogStore,
  ScaleTrace,
  type AgentLogStore,
  type ArchiveScheduleOptions,
} from '@codex-proxy/scale-trace';
import { expect, onTestFinished, test } from 'vitest';
import { countRows, insertRows, newAgentLogs, stamp, type AgentLogs } from './fixtures/agent-logs.ts';

const THRESHOLD_BYTES = 65_536;

async function openStore({ path }: AgentLogs): Promise<{ readonly stateDb: StateDb; readonly store: AgentLogStore }> {
  const stateDb = await openStateDb({ path });
  onTestFinished(() => stateDb.close());
  return { stateDb, store: createAgentLogStore({ stateDb }) };
}

interface Looking {
  readonly schedule: ArchiveSchedule;
  readonly outcomes: ArchiveOutcome[];
  /** What the schedule was told, but for outcomes. */
  readonly heard: string[];
}

/** A schedule whose thread can be told from its looks: the thread alone reports progress, of what it cannot know to be unwanted. */
function looking({ path, folder }: AgentLogs, store: Pick<AgentLogStore, 'look'>, options: Partial<ArchiveScheduleOptions> = {}): Looking {
  const outcomes: ArchiveOutcome[] = [];
  const heard: string[] = [];
  const schedule = new ArchiveSchedule({
    dbPath: path,
    outputDir: folder,
    thresholdBytes: THRESHOLD_BYTES,
    look: store.look,
    onOutcome: (outcome) => outcomes.push(outcome),
    onStart: () => heard.push('started'),
    onPrune: ({ files }) => heard.push(`pruned ${files}`),
    onFailure: ({ code }) => heard.push(code),
    ...options,
  });
  onTestFinished(() => schedule.stop());
  return { schedule, outcomes, heard };
}

test('a look sees what the table takes, and whether there is something to do', async () => {
  const logs = newAgentLogs(20);
  const { store } = await openStore(logs);
  const sizeBytes = await ScaleTrace.getAgentLogsSize(logs.path);
  expect(await store.look(sizeBytes)).toEqual({ sizeBytes, hasTooMany: false, hasWork: false });
  expect(await store.look(sizeBytes - 1)).toEqual({ sizeBytes, hasTooMany: true, hasWork: true });
  await ScaleTrace.run(logs.path, logs.folder, { thresholdBytes: 0, clock: () => Date.parse(stamp(1e6)) });
  expect(await store.look(0)).toEqual({ sizeBytes: 4096, lastArchivedAt: stamp(1e6), hasTooMany: false, hasWork: false });
});

test('rows are written between the steps of a look at a large table', async () => {
  const logs = newAgentLogs();
  insertRows(logs, 6_000, { bytes: 4_000 });
  const { stateDb, store } = await openStore(logs);
  const order: string[] = [];
  const looked = store.look(THRESHOLD_BYTES).then(() => order.push('looked'));
  store.append({ source: 'http', level: 'info', event: 'meanwhile' });
  const written = stateDb.flush().then(() => order.push('written'));
  await Promise.all([looked, written]);
  expect(order).toEqual(['written', 'looked']);
  expect(countRows(logs)).toBe(6_001);
});

test('a look that is cut by the end of the database leaves one file alone', async () => {
  const logs = newAgentLogs();
  insertRows(logs, 6_000, { bytes: 4_000 });
  logs.database.close();
  const { stateDb, store } = await openStore(logs);
  const looked = store.look(THRESHOLD_BYTES);
  const rejected = expect(looked).rejects.toMatchObject({ code: 'state_db_closed' });
  await stateDb.close();
  await rejected;
  expect([`${logs.path}-wal`, `${logs.path}-shm`].map((path) => existsSync(path))).toEqual([false, false]);
});

test('where a look finds nothing to do, no thread is started, and retention is kept all the same', async () => {
  const logs = newAgentLogs(5);
  const { store } = await openStore(logs);
  mkdirSync(logs.folder);
  writeFileSync(join(logs.folder, 'agent_logs_20200101T000000.000Z.json.gz'), 'old');
  // A thread could not open that.
  const it = looking({ ...logs, path: '/dev/null/state.sqlite' }, store, { retentionDays: 90 });
  await it.schedule.runNow();
  expect(it.outcomes).toMatchObject([{ kind: 'below_threshold', thresholdBytes: THRESHOLD_BYTES, rowsArchived: 0 }]);
  expect(it.outcomes[0]?.sizeBytes).toBe(await ScaleTrace.getAgentLogsSize(logs.path));
  expect(it.heard).toEqual(['pruned 1']);
});

test('where it finds something, a thread archives it; the next look tells when that was done', async () => {
  const logs = newAgentLogs(2_000);
  const { store } = await openStore(logs);
  const it = looking(logs, store);
  await it.schedule.runNow();
  await it.schedule.runNow();
  expect(it.heard).toEqual(['started']);
  expect(it.outcomes).toMatchObject([
    { kind: 'archived', rowsArchived: 2_000 },
    { kind: 'below_threshold', lastArchivedAt: it.outcomes[0]?.lastArchivedAt },
  ]);
  expect(it.outcomes[1]?.lastArchivedAt).toBeDefined();
});

test('what a run that was killed has left is something to do', async () => {
  const logs = newAgentLogs(5);
  const { store } = await openStore(logs);
  mkdirSync(logs.folder);
  const part = join(logs.folder, 'agent_logs_20261121T021003.194Z.json.gz.part');
  writeFileSync(part, 'half');
  const it = looking(logs, store);
  await it.schedule.runNow();
  expect([it.outcomes.map(({ kind }) => kind), existsSync(part)]).toEqual([['below_threshold'], false]);
});

test('a look that fails is left to a thread, which tells what is wrong', async () => {
  const logs = newAgentLogs(5);
  const { look } = createAgentLogStore({ stateDb: closedStateDb(new StateDbError('state_db_corrupt', 'damaged')) });
  const it = looking({ ...logs, path: '/dev/null/state.sqlite' }, { look });
  await it.schedule.runNow();
  expect(it.outcomes).toMatchObject([{ kind: 'failed', error: { code: 'archive_database_unavailable' } }]);
});

test('a schedule that is stopped while it looks waits for nothing, and does nothing more', async () => {
  const logs = newAgentLogs(2_000);
  const seen = Promise.withResolvers<Awaited<ReturnType<AgentLogStore['look']>>>();
  const it = looking(logs, { look: () => seen.promise }, { retentionDays: 1 });
  const run = it.schedule.runNow();
  await it.schedule.stop();
  seen.resolve({ sizeBytes: 1e9, hasTooMany: true, hasWork: true });
  await run;
  expect([it.outcomes, it.heard, countRows(logs)]).toEqual([[], [], 2_000]);
});

test('nothing else is asked of the table while the proxy runs', async () => {
  const logs = newAgentLogs();
  const { stateDb } = await openStore(logs);
  const module = (name: string): URL => new URL(`../src/agent-log/${name}.ts`, import.meta.url);
  const channel = stateDb.channel({ writer: module('agent-log-writer'), reader: module('agent-log-reader'), options: {}, sizeOf: () => 1 });
  await expect(channel.read('list')).rejects.toMatchObject({ code: 'state_db_unavailable' });
});
