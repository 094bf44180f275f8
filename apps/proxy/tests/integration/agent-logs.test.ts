import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { listArchives, verifyArchive } from '@codex-proxy/scale-trace';
import { writeScriptedWorker } from '@codex-proxy/scripted-worker';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { fillAgentLogs, readAgentLogs } from '../support/agent-logs.ts';
import { parseLine } from '../support/log-lines.ts';
import { sampleValue } from '../support/metric-samples.ts';
import { startProcess, type ProxyProcess } from '../support/proxy-process.ts';
import type { Settings } from '../support/proxy-under-test.ts';
import { MODEL, scripted, startScriptedProxy } from '../support/scripted-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const KEY = ['key', 'of', 'the', 'archive', 'tests'].join('-');

/** A proxy process whose state folder outlives it. */
async function startOn(stateDir: string, settings: Settings = {}): Promise<{ proxy: ProxyProcess; url: string }> {
  const binary = await writeScriptedWorker(temporaryFolder(), {});
  const proxy = startProcess({
    PROXY_PROVIDER: 'demo',
    CODEX_BIN: binary,
    PROXY_API_KEY: KEY,
    PROXY_STATE_DIR: stateDir,
    AGENT_LOGS_ARCHIVE_THRESHOLD_MB: '1',
    ...settings,
  });
  const url = await proxy.url();
  await proxy.log.waitFor({ event: 'worker_started' });
  return { proxy, url };
}

async function chat(url: string): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'hello' }] }),
  });
}

/** The ids in all archives of a folder, each of which is verified. */
async function archivedIds(folder: string): Promise<number[]> {
  const ids: number[] = [];
  for (const { path } of await listArchives(folder)) {
    await verifyArchive(path);
    const rows = z.array(z.object({ id: z.int() })).parse(JSON.parse(gunzipSync(readFileSync(path)).toString()));
    ids.push(...rows.map(({ id }) => id));
  }
  return ids.toSorted((a, b) => a - b);
}

test('the life and the words of the worker and the log of each run are rows, whatever the level of the log is', async () => {
  const proxy = await startScriptedProxy({ stderrLines: 2 }, { LOG_LEVEL: 'error' });
  await expect.poll(async () => (await proxy.readiness()).status).toBe(200);
  const served = await proxy.chat({ model: MODEL, messages: scripted({}) });
  const lost = await proxy.chat({ model: MODEL, messages: scripted({ exitAfterDeltas: 0 }) });
  const refused = await proxy.chat({ model: MODEL });
  await Promise.all([served, lost, refused].map(async (response) => response.text()));
  await proxy.fetch('/v1/models');
  await proxy.stop();
  const rows = readAgentLogs(proxy.stateDir);
  const ofWorker = rows.filter(({ source }) => source === 'worker');
  expect(ofWorker.map(({ event }) => event)).toEqual(
    expect.arrayContaining(['worker_starting', 'worker_started', 'worker_stderr', 'worker_exited', 'worker_backoff']),
  );
  expect(ofWorker.find(({ event }) => event === 'worker_stderr')?.message).toBeTruthy();
  for (const [response, outcome] of [
    [served, 'completed'],
    [lost, 'worker_exited'],
    [refused, 'refused'],
  ] as const) {
    const runId = response.headers.get('x-request-id');
    const own = rows.filter((row) => row.run_id === runId);
    expect(own.map(({ event }) => event)).toEqual(['request_received', 'request_completed']);
    expect(parseLine(own[1]?.payload_json ?? '')).toMatchObject({ outcome, route: '/v1/chat/completions', status: response.status });
  }
  expect(rows.filter(({ source }) => source === 'http')).toHaveLength(6);
});

test('a table above the threshold is archived while requests are served, old archives go, and all of it is told', async () => {
  const stateDir = join(temporaryFolder(), 'state');
  const archiveDir = join(stateDir, 'archives');
  const ids = fillAgentLogs(stateDir, 3_000);
  mkdirSync(archiveDir);
  writeFileSync(join(archiveDir, 'agent_logs_20200101T000000.000Z.json.gz'), 'old');
  const { proxy, url } = await startOn(stateDir);
  const answers = await Promise.all([chat(url), chat(url)]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  const completed = await proxy.log.waitFor({ event: 'archive_completed' });
  await proxy.log.waitFor({ event: 'archive_retention' });
  const [archive, ...others] = await listArchives(archiveDir);
  expect([others, archive?.name]).toEqual([[], completed.file]);
  expect(await archivedIds(archiveDir)).toEqual(expect.arrayContaining(ids));
  expect(proxy.log.all({ event: 'archive_started' })).toHaveLength(1);
  expect(proxy.log.all({ event: 'archive_progress', phase: 'export' })).not.toEqual([]);
  const exposition = await (await fetch(`${url}/metrics`)).text();
  expect(sampleValue(exposition, 'codex_agent_logs_archived_rows_total')).toBe(completed.purged_count);
  expect(sampleValue(exposition, 'codex_archive_last_success_timestamp_seconds')).toBeGreaterThan(0);
  expect(sampleValue(exposition, 'codex_agent_logs_bytes')).toBeLessThan(1_048_576);
  expect(parseLine(await (await fetch(`${url}/readyz`)).text()).status).toBe('ok');
  proxy.signal('SIGTERM');
  expect((await proxy.ended).code).toBe(0);
  expect(readAgentLogs(stateDir).some(({ event }) => event === 'filled')).toBe(false);
});

test.each(['export', 'purge'])('a proxy that is killed during %s loses no row, and the next one goes on', async (phase) => {
  const stateDir = join(temporaryFolder(), 'state');
  const archiveDir = join(stateDir, 'archives');
  const ids = fillAgentLogs(stateDir, 20_000);
  const { proxy } = await startOn(stateDir);
  await proxy.log.waitFor({ event: 'archive_progress', phase });
  proxy.signal('SIGKILL');
  await proxy.ended;
  const kept = new Set([...readAgentLogs(stateDir).map(({ id }) => id), ...(await archivedIds(archiveDir))]);
  expect(ids.filter((id) => !kept.has(id))).toEqual([]);

  const next = await startOn(stateDir);
  const completed = await next.proxy.log.waitFor({ event: 'archive_completed' });
  expect(completed.reason).toBe(phase === 'export' ? 'archived' : 'resumed');
  next.proxy.signal('SIGTERM');
  await next.proxy.ended;
  expect(readdirSync(archiveDir).filter((name) => name.endsWith('.part'))).toEqual([]);
  const archived = new Set(await archivedIds(archiveDir));
  expect(ids.filter((id) => !archived.has(id))).toEqual([]);
  expect(readAgentLogs(stateDir).some(({ event }) => event === 'filled')).toBe(false);
});

test('a folder that takes no archive costs no request and no row: the proxy serves on, degraded', async () => {
  const root = temporaryFolder();
  const stateDir = join(root, 'state');
  writeFileSync(join(root, 'in-the-way'), '');
  const ids = fillAgentLogs(stateDir, 3_000);
  const { proxy, url } = await startOn(stateDir, { ARCHIVE_DIR: join(root, 'in-the-way', 'archives') });
  await proxy.log.waitFor({ event: 'archive_failed', reason: 'archive_folder_unusable' });
  expect((await chat(url)).status).toBe(200);
  const readiness = await fetch(`${url}/readyz`);
  expect([readiness.status, parseLine(await readiness.text()).degraded]).toEqual([200, ['archive']]);
  proxy.signal('SIGTERM');
  await proxy.ended;
  expect(readAgentLogs(stateDir).filter(({ event }) => event === 'filled')).toHaveLength(ids.length);
});
