import { createNdjsonSink } from '@codex-proxy/logging';
import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { LogTail } from '../../src/logs/log-tail.ts';
import { temporaryFolder } from '../support/folder.ts';

async function drain(tail: LogTail): Promise<string[]> {
  const all: string[] = [];
  for (let lines = await tail.read(); lines.length > 0; lines = await tail.read()) all.push(...lines.filter((line) => line !== ''));
  return all;
}

it('follows the sink of the proxy while it rotates fast: nothing is lost, nothing comes twice', async () => {
  const path = join(temporaryFolder(), 'access.ndjson');
  const sink = createNdjsonSink({ path, name: 'access', maxBytes: 4_000, maxFiles: 400, flushIntervalMs: 1 });
  const warnings: string[] = [];
  const tail = new LogTail({ path, warn: (sentence) => warnings.push(sentence), from: 'end' });
  const seen: number[] = [];
  const written = Array.from({ length: 6_000 }, (_, index) => index);
  for (const index of written) {
    sink.write(`{"n":${index},"filler":"${'x'.repeat(index % 90)}"}\n`);
    if (index % 50 === 0) await sink.flush();
    if (index % 130 === 0) seen.push(...(await drain(tail)).map((line) => JSON.parse(line).n));
    if (index % 17 === 0) await turn();
  }
  await sink.close();
  seen.push(...(await drain(tail)).map((line) => JSON.parse(line).n));
  tail.close();
  expect(seen).toEqual(written);
  expect(warnings).toEqual([]);
});

it('says so where a file is gone before it was read', async () => {
  const path = join(temporaryFolder(), 'access.ndjson');
  const sink = createNdjsonSink({ path, name: 'access', maxBytes: 100, maxFiles: 2, flushIntervalMs: 1 });
  const warnings: string[] = [];
  sink.write('{"n":0}\n');
  await sink.flush();
  const tail = new LogTail({ path, warn: (sentence) => warnings.push(sentence), from: 'end' });
  for (let index = 1; index < 100; index += 1) sink.write(`{"n":${index}}\n`);
  await sink.close();
  const seen = (await drain(tail)).map((line) => JSON.parse(line).n);
  tail.close();
  expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBe(99);
  expect(warnings).toEqual([`${path} was rotated away faster than it was read; records may be missing`]);
});

it('reads what was rotated, packed or not, oldest first, then what is being written', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'access.ndjson');
  writeFileSync(join(folder, 'access.2.ndjson.gz'), gzipSync('one\ntwo\n'));
  writeFileSync(join(folder, 'access.1.ndjson'), 'three\nunfinished');
  writeFileSync(path, 'four\nfi');
  const tail = new LogTail({ path, warn: () => undefined, from: { sinceMs: 0 } });
  expect(await drain(tail)).toEqual(['one', 'two', 'three', 'unfinished', 'four']);
  appendFileSync(path, 've\nsix\n');
  expect(await drain(tail)).toEqual(['five', 'six']);
  tail.close();
});

it('a file that is cut shorter is read from its beginning', async () => {
  const path = join(temporaryFolder(), 'access.ndjson');
  writeFileSync(path, 'old\nold\nold\n');
  const warnings: string[] = [];
  const tail = new LogTail({ path, warn: (sentence) => warnings.push(sentence), from: 'end' });
  expect(await drain(tail)).toEqual([]);
  truncateSync(path);
  appendFileSync(path, 'new\n');
  expect(await drain(tail)).toEqual(['new']);
  expect(warnings).toEqual([`${path} was cut shorter; it is read from its beginning`]);
  tail.close();
});

it('waits for a file that is not there yet, and for the next one between two', async () => {
  const path = join(temporaryFolder(), 'access.ndjson');
  const tail = new LogTail({ path, warn: () => undefined, from: 'end' });
  expect([tail.isThere, await drain(tail)]).toEqual([false, []]);
  writeFileSync(path, 'one\n');
  expect(await drain(tail)).toEqual(['one']);
  renameSync(path, path.replace('.ndjson', '.1.ndjson'));
  expect(await drain(tail)).toEqual([]);
  writeFileSync(path, 'two\n');
  expect(await drain(tail)).toEqual(['two']);
  tail.close();
});
