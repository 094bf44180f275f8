import Database from 'better-sqlite3';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ended, run, start, type Ended } from '../support/codex-ops.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startProxy, type StartedProxy } from '../support/proxy.ts';

const ROWS = 2_000;
let proxy: StartedProxy;

// The proxy is up all the time, and writes into the same database.
beforeAll(async () => {
  proxy = await startProxy();
  fill(join(proxy.stateDir, 'state.sqlite'));
});
afterAll(() => proxy.remove());

function fill(path: string): void {
  const database = new Database(path);
  const insert = database.prepare('INSERT INTO agent_logs (created_at, level, message) VALUES (?, ?, ?)');
  database.transaction(() => {
    for (let row = 0; row < ROWS; row += 1) insert.run('2026-11-20T02:10:03.194Z', 'info', `mail of bob${row}@example.com`);
  })();
  database.close();
}

async function makeDatabase(path: string): Promise<void> {
  const { openStateDatabase } = await import('@codex-proxy/state-db');
  openStateDatabase(path).close();
}

function countIn(path: string): unknown {
  const database = new Database(path, { readonly: true });
  onTestFinished(() => void database.close());
  return database.prepare("SELECT count(*) FROM agent_logs WHERE message LIKE 'mail of%'").pluck().get();
}

async function archive(...args: readonly string[]): Promise<Ended> {
  return run(['archive', ...args], '', { environment: { PROXY_STATE_DIR: proxy.stateDir } });
}

function partsIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.part')) : [];
}

function names(): readonly string[] {
  return readdirSync(join(proxy.stateDir, 'archives')).filter((name) => name.endsWith('.json.gz'));
}

test('a table below the threshold is left alone, and an empty list says so', async () => {
  expect(await archive('run')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^nothing to archive: agent_logs takes /) });
  expect(await archive('list')).toMatchObject({ code: 0, out: expect.stringMatching(/^0 archives, 0 B, in /) });
});

test('where another archiver is at work it says so, and nothing is lost', async () => {
  const folder = join(proxy.stateDir, 'archives');
  mkdirSync(folder, { recursive: true });
  const lock = new Database(join(folder, '.lock.sqlite'));
  lock.exec('BEGIN EXCLUSIVE');
  try {
    const { code, out, err } = await archive('run', '--force');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^codex-ops: another archiver is at work, that of the proxy or another codex-ops archive run: try again /);
  } finally {
    lock.close();
  }
  expect(countIn(join(proxy.stateDir, 'state.sqlite'))).toBe(ROWS);
});

test('all rows go into an archive that is listed, verified and restored, redacted', async () => {
  const made = await archive('run', '--force', '--json');
  expect({ code: made.code, err: made.err }).toEqual({ code: 0, err: '' });
  const [outcome] = JSON.parse(made.out).outcomes;
  expect(outcome).toMatchObject({ kind: 'archived', error_code: null });
  expect(outcome.rows_archived).toBeGreaterThanOrEqual(ROWS);
  expect(countIn(join(proxy.stateDir, 'state.sqlite'))).toBe(0);

  const [name = ''] = names();
  const listed = JSON.parse((await archive('list', '--json')).out);
  expect(listed.archives).toMatchObject([{ name, state: 'done', rows: outcome.rows_archived, path: outcome.path }]);
  expect((await archive('list')).out).toContain(name);

  const verified = JSON.parse((await archive('verify', name, '--json')).out);
  expect(verified).toMatchObject({ rows: outcome.rows_archived, manifest: 'same', sha256: listed.archives[0].sha256 });

  const printed = (await archive('restore', name, '--stdout')).out.trimEnd().split('\n');
  expect(printed).toHaveLength(outcome.rows_archived);
  expect(JSON.parse(printed.find((line) => line.includes('mail of')) ?? '')).toMatchObject({ message: 'mail of [redacted:email]' });

  const into = join(temporaryFolder(), 'old.sqlite');
  expect(await archive('restore', name, '--into', into)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^2,\d{3} rows restored into /),
  });
  expect(countIn(into)).toBe(ROWS);
  expect((await archive('restore', name, '--into', into)).out).toMatch(/^0 rows restored .* 2,\d{3} rows had an id that is there already/);
});

test('a table without rows is told as that, whatever it takes', async () => {
  const folder = temporaryFolder();
  await makeDatabase(join(folder, 'state.sqlite'));
  const options = { environment: { PROXY_STATE_DIR: folder } };
  expect(await run(['archive', 'run', '--force'], '', options)).toMatchObject({
    ...{ code: 0, err: '' },
    out: 'nothing to archive: agent_logs has no rows\n',
  });
});

test('Ctrl-C in the export says that the next run begins anew', async () => {
  const folder = temporaryFolder();
  await makeDatabase(join(folder, 'state.sqlite'));
  for (let part = 0; part < 30; part += 1) fill(join(folder, 'state.sqlite'));
  const child = start(['archive', 'run', '--force'], { environment: { PROXY_STATE_DIR: folder } });
  const end = ended(child);
  await expect.poll(() => partsIn(join(folder, 'archives')), { timeout: 30_000, interval: 1 }).toHaveLength(1);
  child.kill('SIGINT');
  const { code, out, err } = await end;
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(
    /^codex-ops: not all was done: .* \(archive_stopped\); its rows are still in the table, .*: the next run begins anew\n$/,
  );
  expect([countIn(join(folder, 'state.sqlite')), readdirSync(join(folder, 'archives'))]).toEqual([30 * ROWS, ['.lock.sqlite']]);
});

test('status tells at once what another process has archived', async () => {
  const options = { environment: { PROXY_STATE_DIR: proxy.stateDir, CODEX_OPS_URL: proxy.url } };
  const seen = async (): Promise<Record<string, unknown>> => JSON.parse((await run(['status', '--json'], '', options)).out).archive;
  const { ScaleTrace } = await import('@codex-proxy/scale-trace');
  fill(join(proxy.stateDir, 'state.sqlite'));
  const before = await ScaleTrace.getAgentLogsSize(join(proxy.stateDir, 'state.sqlite'));
  expect((await archive('run', '--force')).code).toBe(0);
  const after = await ScaleTrace.getAgentLogsSize(join(proxy.stateDir, 'state.sqlite'));
  expect(after).toBeLessThan(before);
  expect(await seen()).toMatchObject({ agent_logs_bytes: after });
});

test('a damaged archive, a missing one and one of others are told apart', async () => {
  const [name = ''] = names();
  const file = join(proxy.stateDir, 'archives', 'agent_logs_20260101T000000.000Z.json.gz');
  writeFileSync(file, readFileSync(join(proxy.stateDir, 'archives', name)));
  expect(await archive('verify', file)).toMatchObject({ code: 0, out: expect.stringMatching(/of which the database knows nothing\n$/) });
  truncateSync(file, 1_000);
  for (const args of [
    ['verify', file],
    ['restore', file, '--stdout'],
    ['restore', file, '--into', join(temporaryFolder(), 'none.sqlite')],
  ]) {
    expect(await archive(...args)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('archive_damaged') });
  }
  expect(await archive('verify', 'nowhere.json.gz')).toMatchObject({ code: 1, err: expect.stringContaining('archive_missing') });
  expect((await archive('list')).out).toMatch(/agent_logs_20260101T000000\.000Z\.json\.gz .* unlisted\n/);
});

test('what cannot be done as asked is a mistake, or says what is missing', async () => {
  expect(await archive('restore', 'a.json.gz')).toMatchObject({ code: 2, err: expect.stringContaining('--into DATABASE or --stdout') });
  expect(await archive('verify')).toMatchObject({ code: 2 });
  expect(await archive('run', '--threshold-mb', 'many')).toMatchObject({ code: 2 });
  const elsewhere = temporaryFolder();
  expect(await archive('run', '--state-dir', elsewhere)).toMatchObject({
    code: 1,
    err: expect.stringContaining(`there is no ${elsewhere}/state.sqlite`),
  });
});
