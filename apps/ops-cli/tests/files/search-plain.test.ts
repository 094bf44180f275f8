import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, describe, expect, it } from 'vitest';
import { searchPlainFiles } from '../../src/files/search-plain.ts';
import { extentOf } from '../../src/files/time-window.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ndjson } from '../support/records.ts';

const START_MS = Date.UTC(2026, 10, 21);
const at = (index: number): number => START_MS + index * 1_000;

/** A log with a record a second, a hundred bytes each. */
function openLog(count: number, timeOf = at): { fd: number; bytes: number } {
  const path = join(temporaryFolder(), 'access.ndjson');
  const records = Array.from({ length: count }, (_, index) => ({
    timestamp: new Date(timeOf(index)).toISOString(),
    request_id: `req_${index}_`,
    filler: 'x'.repeat(30),
  }));
  const text = ndjson(records);
  writeFileSync(path, text);
  const fd = openSync(path, 'r');
  onTestFinished(() => closeSync(fd));
  return { fd, bytes: text.length };
}

it('two threads find what one finds, in the same order', async () => {
  const files = [openLog(20_000), openLog(5), openLog(9_000)].map((file) => ({ ...file, needles: ['7_"', 'req_11_'] }));
  const one = await searchPlainFiles(files, () => undefined);
  const two = await searchPlainFiles(files, () => undefined, { helperFromBytes: 0, pieceBytes: 30_000 });
  expect(one.lines.length).toBeGreaterThan(2_900);
  expect(two).toEqual(one);
});

describe('the part of a log in which a time lies', () => {
  it('holds every record of that time, and is much less than the log', async () => {
    const file = openLog(200_000);
    for (const index of [0, 1, 99_999, 150_000, 199_999]) {
      const extent = extentOf(file, { fromMs: at(index), toMs: at(index) });
      expect(Math.min(extent?.to ?? 0, file.bytes) - (extent?.from ?? 0)).toBeLessThan(12 * 1024 * 1024);
      const { lines } = await searchPlainFiles([{ ...file, extent, needles: [`req_${index}_`] }], () => undefined);
      expect(lines).toHaveLength(1);
    }
  });

  it('is not told where times are not in order, or are none', () => {
    const backwards = openLog(150_000, (index) => at(-index));
    expect(extentOf(backwards, { fromMs: at(-5), toMs: at(-4) })).toBeUndefined();
    const path = join(temporaryFolder(), 'other.log');
    writeFileSync(path, 'no time\n'.repeat(10));
    const fd = openSync(path, 'r');
    onTestFinished(() => closeSync(fd));
    expect(extentOf({ fd, bytes: 80 }, { fromMs: 0, toMs: 1 })).toBeUndefined();
  });
});
