import { once } from 'node:events';
import { closeSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createNdjsonSink } from '@codex-proxy/logging';
import { expect, it } from 'vitest';
import { openRotated } from '../../src/files/rotated-files.ts';
import { rotatedNames } from '../../src/files/rotated-names.ts';
import { searchLogs } from '../../src/files/search-logs.ts';
import { temporaryFolder } from '../support/folder.ts';

it('a log is what has its name, and what was rotated out of it in any of the known ways, newest first', () => {
  const folder = temporaryFolder();
  const ours = ['access.ndjson', 'access.1.ndjson', 'access.2.ndjson.gz', 'access.10.ndjson'];
  const others = ['access.ndjson.11.gz', 'access.ndjson-20261121', 'access-20261120.ndjson.gz', 'access.ndjson-20261119.gz'];
  const strangers = ['usage.ndjson', 'access.ndjson.bak', 'xaccess.ndjson', 'access.ndjson.part', 'accessXndjson', 'access.1x.ndjson'];
  for (const name of [...strangers, ...others, ...ours]) writeFileSync(join(folder, name), name);
  expect(rotatedNames(join(folder, 'access.ndjson')).map(({ path }) => basename(path))).toEqual([...ours, ...others]);

  const files = openRotated(join(folder, 'access.ndjson'), () => undefined);
  for (const { fd } of files) closeSync(fd);
  expect(files.map(({ path }) => basename(path))).toEqual([...others.toReversed(), ...ours.toReversed()]);
  expect(files.map(({ isGzip }) => isGzip)).toEqual(files.map(({ path }) => path.endsWith('.gz')));
});

it('where there is nothing, nothing is opened, and nothing thrown', () => {
  expect(openRotated(join(temporaryFolder(), 'none', 'access.ndjson'), () => undefined)).toEqual([]);
});

it('what was written is found once, however the log is rotated meanwhile', async () => {
  const path = join(temporaryFolder(), 'access.ndjson');
  const sink = createNdjsonSink({ path, name: 'access', maxBytes: 2_000, maxFiles: 1_000, flushIntervalMs: 1 });
  const warnings: string[] = [];
  const warn = (sentence: string): number => warnings.push(sentence);
  for (let round = 0; round < 12; round += 1) {
    for (let index = 0; index < 50; index += 1) sink.write(`{"n":"${round}-${index}","filler":"${'x'.repeat(20)}"}\n`);
    await sink.flush();
    for (let index = 0; index < 200; index += 1) sink.write(`{"filler":"${'y'.repeat(20)}"}\n`);
    const rotating = sink.flush();
    const needles = [`"${round}-7"`, `"${round}-49"`];
    const found: string[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const searched = openRotated(path, warn).map((file) => ({ file, needles }));
      found.push(...(await searchLogs(searched, { warn, onRead: () => undefined })).map(({ text }) => JSON.parse(text).n));
    }
    expect(found).toEqual([0, 1, 2].flatMap(() => [`${round}-7`, `${round}-49`]));
    await rotating;
  }
  await sink.close();
  expect(warnings).toEqual([]);
});

it('all that is there at a moment is opened, in its order, while a thread does nothing but rotate', async () => {
  const folder = temporaryFolder();
  const rotating = new Worker(join(import.meta.dirname, '../support/rotating-thread.ts'), {
    workerData: { folder, most: 100 },
    execArgv: process.execArgv,
  });
  await once(rotating, 'message');
  let most = 0;
  for (let round = 0; round < 1_000; round += 1) {
    const contents = openRotated(join(folder, 'access.ndjson'), () => undefined).map(({ fd }) => {
      const content = Number(readFileSync(fd, 'utf8'));
      closeSync(fd);
      return content;
    });
    expect(contents).toEqual(contents.map((_, index) => (contents[0] ?? 0) + index));
    most = Math.max(most, contents.length);
  }
  // The oldest may be removed while they are looked for, but not each time.
  expect(most).toBeGreaterThan(95);
  await rotating.terminate();
});
