import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, startProvider, type ProviderUnderTest } from '../support/provider-under-test.ts';

let provider: ProviderUnderTest;
let proxy: ProxyUnderTest;

beforeAll(async () => {
  provider = await startProvider();
  proxy = await startReadyProxy(provider.settings);
});

afterAll(async () => {
  await proxy.remove();
  await provider.close();
});

function home(): string {
  return join(proxy.stateDir, 'codex-home');
}

test('turns of the real worker leave nothing but warnings in its log database, and it stays as small as it was', async () => {
  await expect.poll(async () => proxy.metric('codex_worker_log_db_bytes')).toBeGreaterThan(0);
  const database = new Database(join(home(), 'logs_2.sqlite'), { readonly: true });
  const lastId = Number(database.prepare('SELECT max(id) FROM logs').pluck().get());
  const before = statSync(join(home(), 'logs_2.sqlite')).size;
  provider.answer({ deltas: ['quince ', 'marmalade'] });
  for (let turn = 0; turn < 40; turn += 1) {
    await proxy.openai.chat.completions.create({ model: MODEL, messages: [{ role: 'user', content: 'persimmon pudding' }] });
  }
  const levels = database.prepare('SELECT DISTINCT level FROM logs WHERE id > ?').pluck().all(lastId);
  database.close();
  expect(levels.filter((level) => level !== 'WARN' && level !== 'ERROR')).toEqual([]);
  expect(statSync(join(home(), 'logs_2.sqlite')).size).toBeLessThanOrEqual(before + 524_288);
});

test('no file of its home holds a word of a prompt or an answer', () => {
  const holding = readdirSync(home(), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .filter((entry) => /persimmon|marmalade/.test(readFileSync(join(entry.parentPath, entry.name), 'latin1')));
  expect(holding.map((entry) => entry.name)).toEqual([]);
});
