import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createStdoutDestination } from '@codex-proxy/logging';
import { describe, expect, test } from 'vitest';

const fixture = join(import.meta.dirname, 'fixtures/stdout-writer.ts');

/** Runs the writer with `sh` deciding what its stdout is. */
async function run(shell: string, count: number, ending: string, settleMs = 0) {
  const writer = `'${process.execPath}' -C @codex-proxy/source '${fixture}' ${count} ${ending} ${settleMs}`;
  const child = spawn('/bin/sh', ['-c', shell.replaceAll('WRITER', writer)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { numbers: numbersOf(stdout), dropped: Number(/"dropped":(\d+)/.exec(stderr)?.[1]) };
}

function numbersOf(lines: string): number[] {
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line) => Number(/^\{"number":(\d+),"padding":"ü{40}"\}$/.exec(line)?.[1]));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

describe('the last lines', () => {
  test.each(['exit', 'throw', 'end'])('reach the reader when the process ends by %s', async (ending) => {
    expect(await run('WRITER', 3_000, ending)).toEqual({ numbers: upTo(3_000), dropped: 0 });
  });

  test('reach the end of a file that others append to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stdout-'));
    const file = join(folder, 'log');
    await writeFile(file, 'before\n');
    const { dropped } = await run(`WRITER >> '${file}'`, 3_000, 'exit', 20);
    const written = await readFile(file, 'utf8');
    expect(written.startsWith('before\n')).toBe(true);
    expect(numbersOf(written.slice('before\n'.length))).toEqual(upTo(3_000));
    expect(dropped).toBe(0);
    await rm(folder, { recursive: true });
  });
});

describe('a reader', () => {
  test.each(['exit', 'throw', 'end'])(
    'that is gone ends nothing: lines are dropped and counted, and the process ends by %s',
    async (ending) => {
      expect((await run('WRITER | true', 2_000, ending, 300)).dropped).toBe(2_000);
    },
  );

  test.each(['exit', 'end'])(
    'of a pipe that takes nothing holds nobody: the process ends by %s, and every line is accounted for',
    async (ending) => {
      const ended = join(await mkdtemp(join(tmpdir(), 'stdout-')), 'ended');
      const { numbers, dropped } = await run(
        `{ WRITER; touch ${ended}; } | { until [ -e ${ended} ]; do sleep 0.05; done; cat; }`,
        9_000,
        ending,
      );
      expect(numbers.length + dropped).toBe(9_000);
      expect(numbers).toEqual(upTo(numbers.length));
      await rm(dirname(ended), { recursive: true });
    },
  );

  test('of a socket that takes nothing holds nobody either', async () => {
    const child = spawn(process.execPath, ['-C', '@codex-proxy/source', fixture, '9000', 'exit'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const stderr = text(child.stderr);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await stderr).toMatch(/"dropped":[1-9]/);
  });

  test('that is slow gets whole lines, in order, and what does not fit is counted', async () => {
    const { numbers, dropped } = await run('WRITER | { sleep 0.3; cat; }', 9_000, 'exit', 600);
    expect(numbers.length + dropped).toBe(9_000);
    expect(dropped).toBeGreaterThan(0);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });
});

test('a full device fails no call, and what it did not take is counted', async () => {
  let dropped = 0;
  const destination = createStdoutDestination({ fd: openSync('/dev/full', 'w'), onDrop: (_sink, count) => void (dropped += count) });
  destination.write('{"a":1}\n');
  await destination.end();
  destination.write('{"a":2}\n');
  destination.flushSync();
  expect(dropped).toBe(2);
});
