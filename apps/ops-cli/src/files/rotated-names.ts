import { readdirSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/** The name of a log, or of what was rotated out of it. */
export interface RotatedName {
  readonly path: string;
  /** Grows with age; 0 is the log itself. Counts come before all dates. */
  readonly age: number;
  /** What stands before and behind the count in `path`; undefined where there is none. */
  readonly around: readonly [before: string, after: string] | undefined;
}

/** What stands for `access` and `.ndjson` in the names that a log takes once it is rotated: ours, then those of logrotate. */
const ROTATED: readonly RegExp[] = [
  /^STEM(?:\.(\d{1,6}))?EXT$/d,
  /^STEMEXT\.(\d{1,6})$/d,
  /^STEMEXT-(\d{8,14})$/d,
  /^STEM-(\d{8,14})EXT$/d,
];

/** The names of a log, named packed or not, and of what was rotated out of it, packed or not, newest first. */
export function rotatedNames(named: string): readonly RotatedName[] {
  const log = logOf(named);
  const extension = extname(log);
  const [stem, end] = [escape(basename(log, extension)), escape(extension)];
  const patterns = ROTATED.map(({ source, flags }) => new RegExp(source.replace('STEM', stem).replace('EXT', end), flags));
  const names = readdirSync(dirname(log)).flatMap((name) => {
    const match = patterns.map((pattern) => pattern.exec(name.replace(/\.gz$/, ''))).find((each) => each !== null);
    return match == null ? [] : [nameOf(join(dirname(log), name), match)];
  });
  return names.toSorted(byAge);
}

function logOf(named: string): string {
  return named.replace(/\.gz$/, '');
}

function nameOf(path: string, match: RegExpExecArray): RotatedName {
  const mark = match[1];
  const place = match.indices?.[1];
  if (mark === undefined || place === undefined) return { path, age: 0, around: undefined };
  if (mark.length >= 8) return { path, age: Number.MAX_SAFE_INTEGER - Number(mark), around: undefined };
  const start = path.length - basename(path).length;
  return { path, age: Number(mark), around: [path.slice(0, start + place[0]), path.slice(start + place[1])] };
}

function byAge(a: RotatedName, b: RotatedName): number {
  return a.age - b.age || a.path.length - b.path.length;
}

/** Whether it tells a date, by which nothing is moved. */
export function isDated({ age, around }: RotatedName): boolean {
  return age > 0 && around === undefined;
}

/**
 * With the log itself, and every count up to the highest, newest first: a listing that is made while files are moved has no name where one
 * is about to be moved to.
 */
export function withoutGaps(named: string, names: readonly RotatedName[]): readonly RotatedName[] {
  if (names.length === 0) return names;
  const all = new Map<string, RotatedName>([[logOf(named), { path: logOf(named), age: 0, around: undefined }]]);
  const highest = new Map<string, RotatedName>();
  for (const name of names) {
    all.set(name.path, name);
    if (name.around !== undefined) highest.set(name.around.join('\0'), name);
  }
  for (const { around: [before, after] = ['', ''], age } of highest.values()) {
    for (let count = 1; count < age; count += 1) {
      const path = `${before}${count}${after}`;
      if (!all.has(path)) all.set(path, { path, age: count, around: [before, after] });
    }
  }
  return [...all.values()].toSorted(byAge);
}

function escape(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
