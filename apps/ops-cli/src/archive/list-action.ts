import { join } from 'node:path';
import type { OptionValues } from '../command/command.ts';
import { deniedBy, deniedText } from '../files/absence.ts';
import { isFolder, namesIn, statsOf } from '../files/walk.ts';
import { causeOf, CommandError, EXIT } from '../errors.ts';
import { documentText } from '../json/document-text.ts';
import { say } from '../terminal/say.ts';
import { print } from '../terminal/print.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { formatBytes } from '../text/duration.ts';
import { renderFitting, type FittingColumn } from '../text/fitting-columns.ts';
import { counted, formatAge, formatCount } from '../text/number.ts';
import { printable } from '../text/printable.ts';
import { hang } from '../text/wrap.ts';
import { failureText } from './failure.ts';
import { readManifest, type ManifestRow } from './manifest.ts';
import { placesOf } from './places.ts';

/**
 * `done`: its rows are purged. `pending`: not all of them yet. `unlisted`: the database does not know it. `unfinished`: it is being written, or
 * was left behind. `missing`: it is pending, and not there.
 */
type ArchiveState = 'done' | 'pending' | 'unlisted' | 'unfinished' | 'missing';

interface ArchiveRow {
  readonly name: string;
  readonly path: string;
  readonly state: ArchiveState;
  readonly created_at: string | null;
  readonly age_seconds: number | null;
  readonly compressed_bytes: number;
  readonly original_bytes: number | null;
  readonly rows: number | null;
  readonly sha256: string | null;
}

/** `codex-ops archive list`: the archives of the folder, with what the database knows of them. */
export async function archiveListAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stdout, stderr, now } = terminal;
  const { stateDir, database, archives } = placesOf(values);
  const needed = values.text('archive-dir') === undefined ? stateDir : archives;
  const unread = [needed, archives].find((folder) => deniedBy(folder) !== undefined);
  if (unread !== undefined) throw new CommandError(deniedText(printable(unread), deniedBy(unread)));
  if (!isFolder(needed)) {
    const option = needed === stateDir ? '--state-dir the folder of the proxy' : '--archive-dir ($ARCHIVE_DIR) that of its archives';
    throw new CommandError(`there is no folder ${printable(needed)}: is ${option}?`);
  }
  const warn = (sentence: string): void => say(stderr, sentence);
  const manifest = await readManifest(database).catch((error: unknown): readonly ManifestRow[] => {
    warn(`${database} cannot be read (${causeOf(error)}): states are unknown`);
    return [];
  });
  let rows: readonly ArchiveRow[];
  try {
    rows = await archiveRows(archives, manifest, now());
  } catch (error) {
    throw new CommandError(failureText(printable(archives), error));
  }
  const removed = manifest.filter(({ file, state }) => state === 'done' && !rows.some(({ name }) => name === file)).length;
  if (values.flag('json')) await print(stdout, documentText({ version: 1, folder: archives, removed, archives: rows }));
  else await print(stdout, renderRows(rows, { archives, removed, columns: stdout.columns ?? Number.POSITIVE_INFINITY }));
  return EXIT.done;
}

async function archiveRows(archives: string, manifest: readonly ManifestRow[], nowMs: number): Promise<readonly ArchiveRow[]> {
  const { listArchives } = await import('@codex-proxy/scale-trace');
  const listed = (await listArchives(archives)).map(({ name, path, createdAt, compressedSizeBytes }): ArchiveRow => {
    const known = manifest.find(({ file }) => file === name);
    return {
      ...{ name, path, state: known?.state ?? 'unlisted', created_at: createdAt, age_seconds: ageOf(createdAt, nowMs) },
      ...{ compressed_bytes: compressedSizeBytes, original_bytes: known?.originalBytes ?? null, rows: known?.rows ?? null },
      sha256: known?.sha256 ?? null,
    };
  });
  const unfinished = namesIn(archives).filter((name) => name.endsWith('.part'));
  const missing = manifest.filter(({ file, state }) => state === 'pending' && !listed.some(({ name }) => name === file));
  return [
    ...listed,
    ...unfinished.map((name) => bare(archives, name, 'unfinished')),
    ...missing.map(({ file }) => bare(archives, file, 'missing')),
  ];
}

function bare(archives: string, name: string, state: ArchiveState): ArchiveRow {
  const path = join(archives, name);
  const unknown = { created_at: null, age_seconds: null, original_bytes: null, rows: null, sha256: null };
  return { name, path, state, ...unknown, compressed_bytes: statsOf(path)?.size ?? 0 };
}

function ageOf(createdAt: string, nowMs: number): number {
  return Math.round((nowMs - Date.parse(createdAt)) / 1000);
}

/** In the order of the line. */
const COLUMNS: readonly FittingColumn<ArchiveRow>[] = [
  { title: 'archive', of: ({ name }) => printable(name) },
  { title: 'age', isNumber: true, of: (row) => orDash(row.age_seconds, formatAge), goes: 1 },
  { title: 'rows', isNumber: true, of: (row) => orDash(row.rows, formatCount), goes: 3 },
  { title: 'size', isNumber: true, of: (row) => formatBytes(row.compressed_bytes), goes: 2 },
  { title: 'unpacked', isNumber: true, of: (row) => orDash(row.original_bytes, formatBytes), goes: 4 },
  { title: 'state', of: ({ state }) => state },
];

function orDash<T>(value: T | null, format: (known: T) => string): string {
  return value === null ? '-' : format(value);
}

function renderRows(
  rows: readonly ArchiveRow[],
  { archives, removed, columns }: { archives: string; removed: number; columns: number },
): string {
  const bytes = rows.reduce((sum, row) => sum + row.compressed_bytes, 0);
  const gone =
    removed === 0
      ? ''
      : `; ${counted(removed, 'older one')} of which the database knows ${removed === 1 ? 'is' : 'are'} not there any more`;
  const sum = `${hang('', `${counted(rows.length, 'archive')}, ${formatBytes(bytes)}, in ${printable(archives)}${gone}`, columns).join('\n')}\n`;
  return rows.length === 0 ? sum : `${renderFitting(COLUMNS, rows, columns)}\n${sum}`;
}
