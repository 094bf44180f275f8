import { createAccessLog, createNdjsonSink } from '@codex-proxy/logging';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ended, start } from '../support/codex-ops.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startProxy, type StartedProxy } from '../support/proxy.ts';

let proxy: StartedProxy;
const REQUESTS = 60;
const RECORD = {
  request_id: '',
  run_id: '',
  method: 'POST',
  route: '/v1/chat/completions',
  status: 200,
  outcome: 'completed',
  latency_ms: 12,
  worker_state: 'ready',
  restart_count: 0,
  maintenance_mode: false,
} as const;

beforeAll(async () => {
  proxy = await startProxy();
});

afterAll(() => proxy.remove());

test('--follow tells each request once as it ends, and ends with 0 at Ctrl-C, which npm passes on twice', async () => {
  const child = start(['logs', '--follow', '--since', '1h', '--file', 'access', '--json', '--state-dir', proxy.stateDir]);
  const end = ended(child);
  let out = '';
  let wake = (): void => undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    wake();
  });
  const ids: string[] = [];
  for (let sent = 0; sent < REQUESTS; sent += 10) {
    ids.push(...(await Promise.all(Array.from({ length: 10 }, async () => proxy.chat({ deltas: ['a'] })))));
  }
  while (out.split('\n').length <= REQUESTS) await new Promise<void>((resolve) => (wake = resolve));
  child.kill('SIGINT');
  await pause(20);
  child.kill('SIGINT');
  expect(await end).toMatchObject({ code: 0, signal: null, err: '' });
  const told = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).request_id);
  expect(told.toSorted()).toEqual(ids.toSorted());
});

test('--follow goes through rotations of the sink of the proxy, without loss or doubles', async () => {
  const folder = temporaryFolder();
  const sink = createNdjsonSink({ path: join(folder, 'access.ndjson'), name: 'access', maxBytes: 20_000, maxFiles: 1_000 });
  const log = createAccessLog(sink, (record) => record);
  const write = (index: number): unknown => log.write({ ...RECORD, request_id: `req_${index}`, run_id: `req_${index}` });
  write(0);
  await sink.flush();
  const child = start(['logs', '--follow', '--since', '1h', '--file', 'access', '--json', '--state-dir', folder]);
  const end = ended(child);
  let [told, hasEnded] = [0, false];
  let wake = (): void => undefined;
  child.once('close', () => {
    hasEnded = true;
    wake();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    told += chunk.toString().split('\n').length - 1;
    wake();
  });
  const until = async (count: number): Promise<void> => {
    while (told < count && !hasEnded) await new Promise<void>((resolve) => (wake = resolve));
  };
  await until(1);
  for (let index = 1; index < 8_000; index += 1) {
    write(index);
    if (index % 20 === 0) await sink.flush();
  }
  await sink.close();
  await until(8_000);
  child.kill('SIGINT');
  const { code, out, err } = await end;
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const ids = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).request_id);
  expect(ids).toEqual(Array.from({ length: 8_000 }, (_, index) => `req_${index}`));
  expect(readdirSync(folder).length).toBeGreaterThan(50);
});

test('without a file it says so and fails', async () => {
  const { code, out, err } = await ended(start(['logs', '--state-dir', `${proxy.stateDir}/none`]));
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('none/access.ndjson is not there\n');
});
