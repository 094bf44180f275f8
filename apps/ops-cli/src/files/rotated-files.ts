import { closeSync, fstatSync, openSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { causeOf } from '../errors.ts';

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

/** What stands for `access` and `.ndjson` in the names that a log takes once it is rotated: ours, then those of logrotate. */
const ROTATED: readonly RegExp[] = [/^STEM(?:\.(\d{1,6}))?EXT$/, /^STEMEXT\.(\d{1,6})$/, /^STEMEXT-(\d{8,14})$/, /^STEM-(\d{8,14})EXT$/];

/** The paths of a log, named packed or not, and of what was rotated out of it, packed or not, newest first. */
export function rotatedPaths(named: string): string[] {
  const path = named.replace(/\.gz$/, '');
  const extension = extname(path);
  const stem = basename(path, extension);
  const patterns = ROTATED.map((form) => new RegExp(form.source.replace('STEM', escape(stem)).replace('EXT', escape(extension))));
  const found = readdirSync(dirname(path)).flatMap((name) => {
    const plain = name.replace(/\.gz$/, '');
    const matches = patterns.map((pattern) => pattern.exec(plain)).filter((match) => match !== null);
    return matches.slice(0, 1).map(([, mark = '0']) => ({ path: join(dirname(path), name), age: ageOf(mark) }));
  });
  return found.toSorted((a, b) => a.age - b.age || a.path.length - b.path.length).map((file) => file.path);
}

/** Counts grow with age; dates, which are longer, fall, and come after all counts. */
function ageOf(mark: string): number {
  return mark.length < 8 ? Number(mark) : Number.MAX_SAFE_INTEGER - Number(mark);
}

function escape(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

interface Identity {
  readonly dev: number;
  readonly ino: number;
}

/** A listing can be overtaken by a rotation; that several in a row are is no accident. */
const MOST_ATTEMPTS = 20;

/**
 * Opens a log and what was rotated out of it, each once, oldest first: all that was there at one moment. What cannot be opened is told to
 * `warn`. Empty where there is nothing.
 */
export function openRotated(path: string, warn: (sentence: string) => void): OpenFile[] {
  for (let attempt = 1; ; attempt += 1) {
    const sentences: string[] = [];
    const files = openOnce(path, (sentence) => sentences.push(sentence));
    if (attempt === MOST_ATTEMPTS || isStill(path, files)) {
      for (const sentence of sentences) warn(sentence);
      return files;
    }
    for (const { fd } of files) closeSync(fd);
  }
}

/** Newest first: a file that is rotated meanwhile is met again under its next name. */
function openOnce(path: string, warn: (sentence: string) => void): OpenFile[] {
  const files = new Map<string, OpenFile>();
  for (const each of listed(path)) {
    try {
      const fd = openSync(each, 'r');
      const stats = fstatSync(fd);
      const { dev, ino, size, mtimeMs } = stats;
      const key = keyOf({ dev, ino });
      if (files.has(key)) closeSync(fd);
      else
        files.set(key, {
          path: each,
          fd,
          dev,
          ino,
          bytes: size,
          changedAtMs: mtimeMs,
          isGzip: each.endsWith('.gz'),
          isPipe: !stats.isFile(),
        });
    } catch (error) {
      if (causeOf(error) !== 'ENOENT') warn(`${each} cannot be read (${causeOf(error)})`);
    }
  }
  return [...files.values()].toReversed();
}

/** How many bytes a log and what was rotated out of it have at this moment, as they lie there; what cannot be looked at counts nothing. */
export function rotatedBytes(path: string): number {
  return listed(path).reduce((sum, each) => sum + bytesOf(each), 0);
}

function bytesOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

function listed(path: string): string[] {
  try {
    return rotatedPaths(path);
  } catch {
    return [];
  }
}

/** Whether every file still has the name under which it was opened, and there is no other. */
function isStill(path: string, files: readonly OpenFile[]): boolean {
  const known = new Map(files.map((file) => [file.path, keyOf(file)]));
  return listed(path).every((each) => {
    try {
      return known.get(each) === keyOf(statSync(each));
    } catch {
      return false;
    }
  });
}

function keyOf({ dev, ino }: Identity): string {
  return `${dev}:${ino}`;
}
