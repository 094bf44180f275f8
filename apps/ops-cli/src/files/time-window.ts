import { readSync } from 'node:fs';
import type { Extent } from './line-search.ts';
import type { OpenFile } from './rotated-files.ts';

/** A span of time, both ends included, in milliseconds of the epoch. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

const PROBE_BYTES = 64 * 1024;
/** From here on reading all of it is as quick. */
const NEAR_BYTES = 4 * 1024 * 1024;
const TIMESTAMP = /"timestamp":"([^"]{1,40})"/;

interface Probe {
  readonly offset: number;
  readonly timeMs: number;
}

/**
 * The part of a log in which records of that time stand, found by bisection, as records are written in the order of their times. It is
 * somewhat larger. Undefined where the times that are met are not in order, or are none: then the whole file has to be read.
 */
export function extentOf({ fd, bytes }: Pick<OpenFile, 'fd' | 'bytes'>, { fromMs, toMs }: TimeWindow): Extent | undefined {
  const probes: Probe[] = [];
  const probe = (offset: number): number => {
    const found = probeAt(fd, offset);
    if (found !== undefined) probes.push(found);
    return found?.timeMs ?? Number.NaN;
  };
  if (Number.isNaN(probe(0)) || Number.isNaN(probe(Math.max(0, bytes - PROBE_BYTES)))) return undefined;
  const from = bisect(bytes, (offset) => probe(offset) < fromMs);
  const to = bisect(bytes, (offset) => probe(offset) <= toMs);
  const isOrdered = probes
    .toSorted((a, b) => a.offset - b.offset)
    .every(({ timeMs }, index, all) => index === 0 || timeMs >= (all[index - 1]?.timeMs ?? 0));
  if (!isOrdered) return undefined;
  return { from: from.low, to: to.high >= bytes ? Number.POSITIVE_INFINITY : to.high };
}

/** Narrows down where `isBefore` changes from true to false. What cannot be judged ends it early, on the safe side. */
function bisect(bytes: number, isBefore: (offset: number) => boolean): { low: number; high: number } {
  let [low, high] = [0, bytes];
  while (high - low > NEAR_BYTES) {
    const middle = Math.floor((low + high) / 2);
    if (isBefore(middle)) low = middle;
    else high = middle;
  }
  return { low, high };
}

/** The time of the first line that begins after `offset`. */
function probeAt(fd: number, offset: number): Probe | undefined {
  const buffer = Buffer.allocUnsafe(PROBE_BYTES);
  const read = readSync(fd, buffer, { position: offset });
  const text = buffer.toString('latin1', 0, read);
  const start = offset === 0 ? 0 : text.indexOf('\n') + 1;
  const line = text.slice(start, text.indexOf('\n', start));
  const timeMs = Date.parse(TIMESTAMP.exec(line)?.[1] ?? '');
  return Number.isNaN(timeMs) ? undefined : { offset, timeMs };
}
