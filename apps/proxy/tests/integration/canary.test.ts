import { brotliCompressSync, gzipSync } from 'node:zlib';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test, type TestContext } from 'vitest';
import { CanaryBook, type Canary } from '../canary/canary.ts';
import { plantInConversations } from '../canary/conversation-planting.ts';
import { encodingsOf } from '../canary/encoding.ts';
import { LeakSearch } from '../canary/leak-search.ts';
import { plantInRequests } from '../canary/request-planting.ts';
import { startSystem, type Findings } from '../canary/running-system.ts';
import { ALL_FORMATS } from '../canary/secret-format.ts';
import { MISPLACED_SETTINGS } from '../canary/setting-planting.ts';
import { fileSinks } from '../canary/sink.ts';
import { plantInWorker, writeTalkativeWorker } from '../canary/worker-planting.ts';
import type { LogLines } from '../support/log-lines.ts';
import { startProcess } from '../support/proxy-process.ts';
import { startProvider } from '../support/provider-under-test.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/*
 * Unique secrets and unique words are planted in every place where text can enter the running system, and afterwards every place where
 * text can come out is searched for them, plain and encoded. See ../canary:
 *
 * - A new place of a request: a row in `REQUEST_PLANTINGS` (request-planting.ts). Of a conversation, the provider or the worker:
 *   a field in `conversation-planting.ts` or `worker-planting.ts`, with a canary from the book.
 * - A new file under the state folder is searched without a mention; gzip, Brotli and SQLite are unpacked (sink.ts).
 *   All agent logs are archived in the end, and the archives searched.
 * - A new route: a row in `ROUTES` (route.ts). One that does not exist yet may stand there.
 * - A new format of secrets: a row in `FORMATS` (secret-format.ts). A new encoding: one in `ENCODINGS` (encoding.ts).
 *
 * A leak says where the canary was planted, where it came out, and in which encoding.
 */

/** What the worker keeps in its own home is for `worker-log-db` to bound: it is told, and fails nothing. */
async function report({ annotate }: TestContext, { sinks, bytes, workerHome }: Findings, book: CanaryBook): Promise<void> {
  await annotate(`${String(book.canaries.length)} canaries, ${String(sinks.length)} sinks, ${String(bytes)} bytes`);
  const kept = new Set(workerHome.map(({ sink, place, what }) => `${sink} holds ${place} (${what})`));
  await annotate(`The worker's own home: ${kept.size === 0 ? 'nothing' : [...kept].join('; ')}`);
}

function expectArchives({ sinks }: Findings): void {
  expect(sinks).toContain('state.sqlite, rows');
  expect(sinks).toContainEqual(expect.stringMatching(/^archives\/agent_logs_.*, unpacked$/));
}

function eventsIn(log: LogLines): Set<unknown> {
  return new Set(log.lines.map((line) => line.event));
}

describe('no secret, and no word of a prompt or an answer, comes out anywhere', { timeout: 60_000 }, () => {
  test('with the real worker', async (context) => {
    const book = new CanaryBook();
    const provider = await startProvider();
    onTestFinished(async () => provider.close());
    const key = book.key('PROXY_PROVIDER_API_KEY');
    const system = await startSystem(book, { ...provider.settings, PROXY_PROVIDER_API_KEY: key, PROXY_BODY_LIMIT: '65536' });
    const { log } = system.process;
    await log.waitFor({ event: 'worker_started' });
    await plantInConversations(system, provider, book, key);
    await plantInRequests(system, book);
    const findings = await system.search();
    await report(context, findings, book);
    expect(findings.leaks).toEqual([]);
    expectArchives(findings);
    // That nothing came out proves something only if everything went in.
    const outcomes = new Set(log.all({ event: 'request_completed' }).map((line) => line.outcome));
    expect([...outcomes].sort()).toEqual(['client_closed', 'completed', 'failed', 'refused']);
    expect(eventsIn(log)).toContain('client_error');
    expect(eventsIn(log)).toContain('stream_chunk');
    expect(eventsIn(log)).toContain('maintenance_toggled');
    expect(findings.sinks.filter((name) => name.startsWith('trace-buffer/')).length).toBeGreaterThan(20);
    const asked = JSON.stringify(provider.demo.requests.map((request) => request.body));
    for (const place of ['the question', 'the output of a tool', 'the description of a tool', 'an argument']) {
      const planted = book.canaries.find((canary) => canary.place === place && canary.kind === 'content');
      expect(asked, place).toContain(planted?.cores[0]);
    }
  });

  test('with a worker that says too much', async (context) => {
    const book = new CanaryBook();
    const providerKey = book.key('PROXY_PROVIDER_API_KEY');
    const worker = await writeTalkativeWorker(temporaryFolder(), book);
    const system = await startSystem(book, {
      CODEX_BIN: worker.path,
      PROXY_PROVIDER: 'custom',
      PROXY_PROVIDER_BASE_URL: `http://robot:${book.secret('operator', 'the address of the provider', 'github')}@127.0.0.1:9/v1`,
      PROXY_PROVIDER_API_KEY: providerKey,
      // No more lines a second are reported than one start has.
      WORKER_BACKOFF_INITIAL_MS: '1100',
      WORKER_BACKOFF_MAX_MS: '1100',
    });
    const { log } = system.process;
    for (const restart of [1, 2]) {
      await log.waitFor({ event: 'worker_backoff', restart_streak: restart });
      await system.readOthers(`after failed start ${String(restart)}`);
    }
    await log.waitFor({ event: 'worker_started' });
    await plantInWorker(system, book, providerKey);
    const findings = await system.search();
    await report(context, findings, book);
    expect(findings.leaks).toEqual([]);
    expectArchives(findings);
    expect(log.all({ event: 'worker_stderr' })).toHaveLength(worker.stderrLines);
    expect(log.all({ event: 'worker_start_failed' }).map((line) => line.reason)).toEqual(['handshake_failed', 'exited_early']);
    expect(log.all({ event: 'worker_request_answered' }).length).toBeGreaterThan(5);
    for (const event of ['worker_catalog_failed', 'worker_protocol_error', 'worker_exited', 'uncaught_error']) {
      expect(eventsIn(log)).toContain(event);
    }
  });

  test.each(MISPLACED_SETTINGS)('when a setting is the key that was meant for another: %s', async (_what, make) => {
    const book = new CanaryBook();
    const process = startProcess(make(book));
    expect(await process.ended).toEqual({ code: 78, signal: null });
    expect(process.stderr()).toContain('[redacted:');
    const sinks = [{ name: 'stderr', bytes: Buffer.from(process.stderr()) }];
    expect(new LeakSearch(book.canaries).leaksIn(sinks)).toEqual([]);
    expect(process.log.lines).toEqual([]);
  });
});

describe('the search', () => {
  const planted = 'pass"word\\with ümlaut/and+more=%41&'.padEnd(48, 'q7');
  const canary: Canary = { place: 'here', kind: 'secret', origin: 'client', format: 'assignment', cores: [planted] };
  const found = (bytes: Buffer | string, canaries: readonly Canary[] = [canary]): string[] =>
    new LeakSearch(canaries).leaksIn([{ name: 'a sink', bytes: Buffer.from(bytes) }]).map(({ place }) => place);

  test.each(encodingsOf(planted))('finds what is encoded as $encoding', ({ needle }) => {
    expect(found(`before ${needle} after`)).toContain('here');
  });

  test.each([0, 1, 2, 3, 4, 5])('finds what %i bytes precede in base64', (before) => {
    for (const encoding of ['base64', 'base64url'] as const) {
      expect(found(Buffer.from(`${'x'.repeat(before)}${planted} and more`).toString(encoding))).toContain('here');
    }
  });

  test('finds a piece of a secret', () => {
    expect(found(planted.slice(0, 14))).toContain('here');
    expect(found(planted.slice(-14))).toContain('here');
    expect(found(planted.slice(0, 8))).toEqual([]);
  });

  test.each(ALL_FORMATS)('finds each secret of the format %s, and no other', (format) => {
    const book = new CanaryBook();
    const [one, other] = [book.secret('client', 'one', format), book.secret('client', 'other', format)];
    expect(new Set(found(`… ${one} …`, book.canaries))).toEqual(new Set(['one']));
    expect(new Set(found(JSON.stringify({ a: encodeURIComponent(other) }), book.canaries))).toEqual(new Set(['other']));
  });

  test('finds words, and keys of this proxy', () => {
    const book = new CanaryBook();
    const [words, key] = [book.words('client', 'a prompt'), book.key('a key')];
    expect(found(words.split(' ').slice(0, 2).join(' '), book.canaries)).toEqual(['a prompt']);
    expect(found(`{"label":"${key}"}`, book.canaries)).toContain('a key');
    expect(found('Tell them that the train is late.', book.canaries)).toEqual([]);
  });

  test('looks into every file of a folder: its name, its bytes, packed ones, and the rows of databases', () => {
    const folder = temporaryFolder();
    const book = new CanaryBook();
    mkdirSync(join(folder, 'deep', book.word('client', 'a name')), { recursive: true });
    writeFileSync(join(folder, 'deep', 'plain.ndjson'), book.secret('client', 'a file', 'github'));
    writeFileSync(join(folder, 'deep', 'archive.json.gz'), gzipSync(book.secret('client', 'a packed file', 'github')));
    writeFileSync(join(folder, 'deep', 'archive.json.br'), brotliCompressSync(book.secret('client', 'a file in Brotli', 'github')));
    const database = new Database(join(folder, 'state.sqlite'));
    database.pragma('journal_mode = WAL');
    database.exec('CREATE TABLE events (payload TEXT, packed BLOB)');
    const long = 'x'.repeat(9_000);
    database
      .prepare('INSERT INTO events VALUES (?, ?)')
      .run(`${long}${book.secret('client', 'a row', 'pem')}${long}`, gzipSync(book.secret('client', 'a packed cell', 'npm')));
    const sinks = fileSinks(folder);
    database.close();
    const places = new Set(new LeakSearch(book.canaries).leaksIn(sinks).map(({ place }) => place));
    expect([...places].sort()).toEqual(['a file', 'a file in Brotli', 'a name', 'a packed cell', 'a packed file', 'a row']);
  });
});
