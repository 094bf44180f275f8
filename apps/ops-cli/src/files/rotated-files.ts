import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { causeOf } from '../errors.ts';
import { isDated, rotatedNames, withoutGaps, type RotatedName } from './rotated-names.ts';

/** A file of a log, open: it can be moved and removed now, and is still read to its end. */
export interface OpenFile {
  readonly path: string;
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
  /** Size when it was opened. */
  readonly bytes: number;
  /** Milliseconds of the epoch. */
  readonly changedAtMs: number;
  readonly isGzip: boolean;
  /** It cannot be read from the middle: a pipe, such as `<(zcat …)`. */
  readonly isPipe: boolean;
}

interface Identity {
  readonly dev: number;
  readonly ino: number;
}

/** What packs files can be overtaken; that it is several times in a row is no accident. */
const MOST_ATTEMPTS = 20;

/**
 * Opens a log and what was rotated out of it, each once, oldest first: all that was there at one moment. What cannot be opened is told to
 * `warn`. Empty where there is nothing.
 */
export function openRotated(path: string, warn: (sentence: string) => void): OpenFile[] {
  for (let attempt = 1; ; attempt += 1) {
    const sentences: string[] = [];
    const files = openOnce(path, (sentence) => sentences.push(sentence));
    if (attempt === MOST_ATTEMPTS || !files.some(({ isGzip }) => isGzip) || isStill(path, files)) {
      for (const sentence of sentences) warn(sentence);
      return files;
    }
    for (const { fd } of files) closeSync(fd);
  }
}

/**
 * Newest first, while rotations may move each file to the next count. All that was there when the first was opened is met, whatever a listing
 * left out: a file only moves to where nobody has looked yet. What is met again has been overtaken by files that are newer.
 */
function openOnce(path: string, warn: (sentence: string) => void): OpenFile[] {
  const files = new Map<string, OpenFile>();
  const tried = new Set<string>();
  let isOvertaken = false;
  for (;;) {
    // The oldest may have been removed before they could be met again, and would stand among what is newer. What was packed is listed by now.
    const gone = isOvertaken ? [...files.values()].filter(isGone) : [];
    const untried = withoutGaps(path, listed(path)).filter((name) => !tried.has(name.path));
    const counted = untried.filter((name) => !isDated(name));
    if (untried.length === 0) {
      for (const { fd } of gone) closeSync(fd);
      return [...files.values()].filter((file) => !gone.includes(file)).toReversed();
    }
    for (const name of counted.length > 0 ? counted : untried) {
      tried.add(name.path);
      const file = openAt(name.path, warn);
      if (file === undefined) continue;
      const known = files.get(keyOf(file));
      files.delete(keyOf(file));
      files.set(keyOf(file), known ?? file);
      if (known === undefined) continue;
      isOvertaken = true;
      closeSync(file.fd);
    }
  }
}

/** Whether it was removed since it was opened. */
function isGone({ fd, isPipe }: OpenFile): boolean {
  return !isPipe && fstatSync(fd).nlink === 0;
}

/** Undefined where nothing stands there any longer, or it cannot be read. */
function openAt(path: string, warn: (sentence: string) => void): OpenFile | undefined {
  try {
    const fd = openSync(path, 'r');
    const stats = fstatSync(fd);
    const { dev, ino, size, mtimeMs } = stats;
    return { path, fd, dev, ino, bytes: size, changedAtMs: mtimeMs, isGzip: path.endsWith('.gz'), isPipe: !stats.isFile() };
  } catch (error) {
    if (causeOf(error) !== 'ENOENT') warn(`${path} cannot be read (${causeOf(error)})`);
    return undefined;
  }
}

/** How many bytes a log and what was rotated out of it have at this moment, as they lie there; what cannot be looked at counts nothing. */
export function rotatedBytes(path: string): number {
  return listed(path).reduce((sum, each) => sum + bytesOf(each.path), 0);
}

function bytesOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

function listed(path: string): readonly RotatedName[] {
  try {
    return rotatedNames(path);
  } catch {
    return [];
  }
}

/** Whether every file still has the name under which it was opened, and there is no other. */
function isStill(path: string, files: readonly OpenFile[]): boolean {
  const known = new Map(files.map((file) => [file.path, keyOf(file)]));
  const names = listed(path);
  return (
    names.length === files.length &&
    names.every((name) => {
      try {
        return known.get(name.path) === keyOf(statSync(name.path));
      } catch {
        return false;
      }
    })
  );
}

function keyOf({ dev, ino }: Identity): string {
  return `${dev}:${ino}`;
}
