import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parseRecord, type JsonRecord } from '../json/record.ts';

const TAIL_BYTES = 65_536;

/** The last whole record of an NDJSON file; undefined where there is none. */
export function lastRecord(path: string): JsonRecord | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(fd);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(fd, tail, 0, tail.length, size - tail.length);
    const lines = tail.toString('utf8').split('\n');
    return lines.map(parseRecord).findLast((record) => record !== undefined);
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}
