import { join } from 'node:path';
import type { OptionValues } from '../command/command.ts';
import { namesIn, statsOf } from '../files/walk.ts';
import { causeOf, EXIT } from '../errors.ts';
import { documentText } from '../json/document-text.ts';
import { print } from '../terminal/print.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { renderColumns, type Column } from '../text/columns.ts';
import { formatBytes } from '../text/duration.ts';
import { counted, formatAge, formatCount } from '../text/number.ts';
import { printable } from '../text/printable.ts';
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
  const { database, archives } = placesOf(values);
  const warn = (sentence: string): void => void stderr.write(`codex-ops: ${printable(sentence)}\n`);
  const manifest = await readManifest(database).catch((error: unknown): readonly ManifestRow[] => {
    warn(`${database} cannot be read (${causeOf(error)}): states are unknown`);
    return [];
  });
  let rows: readonly ArchiveRow[];
  try {
    rows = await archiveRows(archives, manifest, now());
  } catch (error) {
    stderr.write(failureText(archives, error));
    return EXIT.failed;
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

interface Cell extends Column {
  readonly of: (row: ArchiveRow) => string;
}

/** In the order of the line, and the least of them last to go where it is too narrow. */
const CELLS: readonly (Cell & { readonly goes: number })[] = [
  { title: 'archive', of: ({ name }) => printable(name), goes: 0 },
  { title: 'age', isNumber: true, of: (row) => orDash(row.age_seconds, formatAge), goes: 1 },
  { title: 'rows', isNumber: true, of: (row) => orDash(row.rows, formatCount), goes: 3 },
  { title: 'size', isNumber: true, of: (row) => formatBytes(row.compressed_bytes), goes: 2 },
  { title: 'unpacked', isNumber: true, of: (row) => orDash(row.original_bytes, formatBytes), goes: 4 },
  { title: 'state', of: ({ state }) => state, goes: 0 },
];
const MOST_GONE = 4;

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
  const sum = `${counted(rows.length, 'archive')}, ${formatBytes(bytes)}, in ${printable(archives)}${gone}\n`;
  return rows.length === 0 ? sum : `${renderFitting(rows, columns)}\n${sum}`;
}

/** With as many columns as there is room for. */
function renderFitting(rows: readonly ArchiveRow[], columns: number): string {
  for (let gone = 0; ; gone += 1) {
    const cells = CELLS.filter(({ goes }) => goes === 0 || goes <= MOST_GONE - gone);
    const text = renderColumns(
      cells,
      rows.map((row) => cells.map(({ of }) => of(row))),
    );
    if (gone === MOST_GONE || text.split('\n').every((line) => line.length <= columns)) return text;
  }
}
