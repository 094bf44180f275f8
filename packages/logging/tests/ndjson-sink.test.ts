import { execFile, execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createNdjsonSink, type NdjsonSinkOptions } from '@codex-proxy/logging';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ndjson-sink-'));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

function setUp(options: Partial<NdjsonSinkOptions> = {}) {
  const path = join(root, 'state', 'access.ndjson');
  const report = { dropped: 0, errors: Array<Error>(), recovered: Array<number>() };
  const sink = createNdjsonSink({
    path,
    maxBytes: 1_000_000,
    maxFiles: 3,
    name: 'access',
    flushIntervalMs: 1,
    retryMinMs: 1,
    retryMaxMs: 2,
    checkIntervalMs: 0,
    onDrop: (_name, count) => void (report.dropped += count),
    onError: (_name, error) => void report.errors.push(error),
    onRecover: (_name, count) => void report.recovered.push(count),
    ...options,
  });
  return { sink, path: options.path ?? path, report };
}

/** All lines that were kept, oldest first. */
async function keptLines(path: string): Promise<string[]> {
  const names = (await readdir(dirname(path))).sort((a, b) => indexOf(b) - indexOf(a));
  const texts = await Promise.all(names.map((name) => readFile(join(dirname(path), name), 'utf8')));
  for (const text of texts) expect(text === '' || text.endsWith('\n')).toBe(true);
  return texts.join('').split('\n').slice(0, -1);
}

const indexOf = (name: string): number => Number(/\.(\d+)\.ndjson$/.exec(name)?.[1] ?? 0);

describe('writing', () => {
  test('makes a folder of 0700 and a file of 0600, and appends by itself within the interval', async () => {
    const { sink, path } = setUp();
    expect(sink.write('{"a":1}')).toBe(true);
    expect(sink.write('{"a":2}\n')).toBe(true);
    await vi.waitFor(async () => expect(await readFile(path, 'utf8')).toBe('{"a":1}\n{"a":2}\n'));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    await sink.close();
  });

  test('keeps what an earlier run wrote, closes it to others, and ends the line that a crash left unfinished', async () => {
    const { sink, path } = setUp();
    await mkdir(dirname(path));
    await writeFile(path, '{"old":1}\n{"old":', { mode: 0o644 });
    sink.write('{"new":1}');
    await sink.close();
    expect(await readFile(path, 'utf8')).toBe('{"old":1}\n{"old":\n{"new":1}\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('drops and counts what comes after the end', async () => {
    const { sink, report } = setUp();
    await sink.close();
    await sink.close();
    expect(sink.write('{"a":1}\n{"a":2}\n', 2)).toBe(false);
    expect(report.dropped).toBe(2);
  });

  test('drops and counts what exceeds the buffer', async () => {
    const { sink, path, report } = setUp({ maxBufferedBytes: 20 });
    expect([sink.write('{"a":1}\n'), sink.write('{"a":2}\n'), sink.write('{"a":3}\n')]).toEqual([true, true, false]);
    await sink.close();
    expect(await keptLines(path)).toEqual(['{"a":1}', '{"a":2}']);
    expect(report.dropped).toBe(1);
  });

  test('writes at once when asked synchronously', async () => {
    const { sink, path } = setUp();
    sink.write('{"a":1}');
    sink.flushSync();
    expect(await readFile(path, 'utf8')).toBe('{"a":1}\n');
    sink.write('{"a":2}');
    await sink.flush();
    sink.write('{"a":3}');
    sink.flushSync();
    await sink.close();
    expect(await keptLines(path)).toEqual(['{"a":1}', '{"a":2}', '{"a":3}']);
  });

  test('survives callbacks that throw', async () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    const { sink } = setUp({ path: '/dev/full', onDrop: fail, onError: fail, onRecover: fail });
    sink.write('{"a":1}');
    await sink.flush();
    await sink.close();
    expect(sink.write('{"a":2}')).toBe(false);
  });
});

describe('rotation', () => {
  test('keeps whole lines, in order, each once, in files of at most the size, at most as many as allowed', async () => {
    const batches = fc.array(fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 8 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(batches, fc.integer({ min: 20, max: 200 }), fc.integer({ min: 1, max: 4 }), async (texts, maxBytes, maxFiles) => {
        const path = join(await mkdtemp(join(root, 'run-')), 'access.ndjson');
        const { sink, report } = setUp({ path, maxBytes, maxFiles });
        const lines: string[] = [];
        for (const batch of texts) {
          const encoded = batch.map((text) => JSON.stringify({ number: lines.length, text }));
          lines.push(...encoded);
          if (encoded.length > 0) sink.write(encoded.join('\n'), encoded.length);
          await sink.flush();
        }
        await sink.close();
        const kept = lines.length === 0 ? [] : await keptLines(path);
        expect(kept).toEqual(lines.slice(lines.length - kept.length));
        expect(kept.length === 0).toBe(lines.length === 0);
        expect(report).toMatchObject({ dropped: 0, errors: [] });
        if (lines.length === 0) return;
        const names = await readdir(dirname(path));
        expect(names.length).toBeLessThanOrEqual(maxFiles);
        if (names.length < maxFiles) expect(kept).toEqual(lines);
        for (const name of names) {
          const bytes = await readFile(join(dirname(path), name));
          expect(bytes.length <= maxBytes || bytes.indexOf('\n') === bytes.length - 1).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('names the files by age and removes what a larger limit had left', async () => {
    const { sink, path } = setUp({ maxBytes: 10, maxFiles: 3 });
    await mkdir(dirname(path));
    for (const name of ['access.4.ndjson', 'access.old.ndjson', 'usage.7.ndjson']) await writeFile(join(dirname(path), name), '');
    for (const number of [1, 2, 3, 4]) {
      sink.write(JSON.stringify({ number }));
      await sink.flush();
    }
    await sink.close();
    expect((await readdir(dirname(path))).sort()).toEqual([
      'access.1.ndjson',
      'access.2.ndjson',
      'access.ndjson',
      'access.old.ndjson',
      'usage.7.ndjson',
    ]);
    const numbers = await Promise.all(
      ['access.2.ndjson', 'access.1.ndjson', 'access.ndjson'].map((name) => readFile(join(dirname(path), name), 'utf8')),
    );
    expect(numbers).toEqual(['{"number":2}\n', '{"number":3}\n', '{"number":4}\n']);
  });
});

describe('what others do to the file', () => {
  test.each([
    ['the file is removed', (path: string) => rm(path), ['{"a":2}']],
    ['the folder is removed', (path: string) => rm(dirname(path), { recursive: true }), ['{"a":2}']],
    ['the file is moved away', (path: string) => rename(path, join(root, 'elsewhere')), ['{"a":2}']],
    ['the file is truncated', (path: string) => truncate(path, 0), ['{"a":2}']],
    ['the file is cut in the middle of a line', (path: string) => truncate(path, 3), ['{"a', '{"a":2}']],
    ['another process appends', (path: string) => appendFile(path, '{"b":1}\n'), ['{"a":1}', '{"b":1}', '{"a":2}']],
  ])('when %s, the next line is written whole where it belongs', async (_what, meddle, expected) => {
    const { sink, path, report } = setUp();
    sink.write('{"a":1}');
    await sink.flush();
    await meddle(path);
    sink.write('{"a":2}');
    await sink.close();
    expect(await keptLines(path)).toEqual(expected);
    expect(report).toMatchObject({ dropped: 0, errors: [] });
  });
});

describe('a disk that fails', () => {
  test('is reported once, costs nothing but what exceeds the buffer, and is found again when it works', async () => {
    const blocker = join(root, 'state');
    await writeFile(blocker, 'a file where the folder should be');
    const { sink, path, report } = setUp({ maxBufferedBytes: 20 });
    sink.write('{"a":1}');
    await sink.flush();
    expect(sink.failing).toBe(true);
    await sink.flush();
    expect(report.errors).toHaveLength(1);
    expect([sink.write('{"a":2}'), sink.write('{"a":3}'), sink.write('{"a":4}')]).toContain(false);
    const { dropped } = report;

    await rm(blocker);
    await vi.waitFor(() => expect(sink.failing).toBe(false));
    expect(report.recovered).toEqual([dropped]);
    sink.write('{"a":5}');
    await sink.close();
    const kept = await keptLines(path);
    expect(kept[0]).toBe('{"a":1}');
    expect(kept.at(-1)).toBe('{"a":5}');
    expect(kept).toHaveLength(5 - dropped);
    expect(report.dropped).toBe(dropped);
  });

  test('that is full (/dev/full) fails no call; what waits at the end is counted; the device is left as it is', async () => {
    const before = await stat('/dev/full');
    const { sink, report } = setUp({ path: '/dev/full', maxBytes: 10 });
    for (let i = 0; i < 5; i += 1) {
      sink.write('{"a":1}\n{"a":2}', 2);
      await sink.flush();
    }
    await sink.close();
    expect(report.dropped).toBe(10);
    expect(report.errors).toHaveLength(1);
    expect(report.recovered).toEqual([]);
    const after = await stat('/dev/full');
    expect([after.mode, after.rdev]).toEqual([before.mode, before.rdev]);
  });

  test.each(fullDisks())(
    'that fills up in the middle of a line and gets room again (%s) tears no line and accounts for each',
    async (_kind, disk) => {
      const path = join(root, 'disk', 'access.ndjson');
      await mkdir(dirname(path));
      const fixture = join(import.meta.dirname, 'fixtures/full-disk.ts');
      const quoted = [
        process.execPath,
        '-C',
        '@codex-proxy/source',
        fixture,
        path,
        disk.prepare(dirname(path)),
        disk.makeRoom(dirname(path)),
      ]
        .map((part) => `'${part}'`)
        .join(' ');
      const collect = `cp ${path} ${root}/collected`;
      const { stdout } = await promisify(execFile)(disk.shell, [...disk.args, `${disk.before(dirname(path))} ${quoted} && ${collect}`]);
      const report: unknown = JSON.parse(stdout);
      const numbers = (await readFile(join(root, 'collected'), 'utf8')).split('\n').slice(0, -1).map(numberOf);
      expect(report).toMatchObject({
        errors: [disk.code],
        failedOnce: true,
        failingAtEnd: false,
        written: 3_100,
        dropped: 3_100 - numbers.length,
      });
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(numbers.at(-1)).toBe(3_099);
    },
  );
});

describe('the end of the process', () => {
  test.each(['exit', 'throw'])('by %s loses no line and doubles none', async (ending) => {
    const path = join(root, 'access.ndjson');
    const fixture = join(import.meta.dirname, 'fixtures/ndjson-writer.ts');
    const written = await new Promise<string>((resolve) => {
      execFile(process.execPath, ['-C', '@codex-proxy/source', fixture, path, ending], (_error, stdout) => resolve(stdout));
    });
    const numbers = (await readFile(path, 'utf8')).split('\n').slice(0, -1).map(numberOf);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: Number(written) }, (_, number) => number));
  });
});

function numberOf(line: string): number {
  const record: unknown = JSON.parse(line);
  return typeof record === 'object' && record !== null && 'number' in record ? Number(record.number) : Number.NaN;
}

interface FullDisk {
  readonly code: string;
  readonly shell: string;
  readonly args: readonly string[];
  before(folder: string): string;
  prepare(folder: string): string;
  makeRoom(folder: string): string;
}

/** A small tmpfs where this machine lets us mount one, and a limit on the size of files everywhere. */
function fullDisks(): [kind: string, disk: FullDisk][] {
  const limited: FullDisk = {
    code: 'EFBIG',
    shell: '/bin/bash',
    args: ['-c'],
    before: () => `trap "" XFSZ;`,
    prepare: () => 'prlimit --fsize=100001: --pid $PID',
    makeRoom: () => 'prlimit --fsize=10000000: --pid $PID',
  };
  const tmpfs: FullDisk = {
    code: 'ENOSPC',
    shell: 'unshare',
    args: [...(process.getuid?.() === 0 ? [] : ['-Ur']), '-m', '/bin/bash', '-c'],
    before: (folder) => `mount -t tmpfs -o size=256k tmpfs ${folder} && head -c 100000 /dev/zero > ${folder}/filler &&`,
    prepare: () => '',
    makeRoom: (folder) => `rm ${folder}/filler`,
  };
  return canMount(tmpfs)
    ? [
        ['file size limit', limited],
        ['tmpfs', tmpfs],
      ]
    : [['file size limit', limited]];
}

function canMount({ shell, args }: FullDisk): boolean {
  try {
    execFileSync(shell, [...args, 'mount -t tmpfs tmpfs /mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
