import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';

/** All the bytes that one place holds in the end. */
export interface Sink {
  readonly name: string;
  readonly bytes: Buffer;
}

const GZIP = Buffer.from([0x1f, 0x8b]);
const SQLITE = Buffer.from('SQLite format 3\0');

/** Every file under a folder, found by walking, so that new ones need no mention. Names count as well as contents. */
export function fileSinks(folder: string): Sink[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const names = entries.map((entry) => relative(folder, join(entry.parentPath, entry.name))).join('\n');
  const files = entries.filter((entry) => entry.isFile()).flatMap((entry) => fileSink(folder, join(entry.parentPath, entry.name)));
  return [{ name: 'names of files', bytes: Buffer.from(names) }, ...files];
}

function fileSink(folder: string, path: string): Sink[] {
  const name = relative(folder, path);
  const bytes = readFileSync(path);
  const sinks: Sink[] = [{ name, bytes }];
  const content = unpacked(bytes);
  if (content !== undefined) sinks.push({ name: `${name}, unpacked`, bytes: content });
  if (bytes.subarray(0, SQLITE.length).equals(SQLITE)) sinks.push({ name: `${name}, rows`, bytes: rowsOf(path) });
  return sinks;
}

/** A long value is spread over pages of the file: its row has it in one piece. */
function rowsOf(path: string): Buffer {
  const database = new Database(path, { readonly: true });
  try {
    const tables: unknown[] = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
    const rows = tables.flatMap((table) =>
      database
        .prepare(`SELECT * FROM "${String(table).replaceAll('"', '""')}"`)
        .raw()
        .all(),
    );
    return Buffer.concat(rows.flatMap((row) => (Array.isArray(row) ? row.map(cellBytes) : [])));
  } finally {
    database.close();
  }
}

function cellBytes(cell: unknown): Buffer {
  if (!Buffer.isBuffer(cell)) return Buffer.from(`${String(cell)}\n`);
  return Buffer.concat([cell, unpacked(cell) ?? Buffer.alloc(0)]);
}

/** What gzip or Brotli has packed; the latter has no mark of its own, so that only trying tells. */
function unpacked(bytes: Buffer): Buffer | undefined {
  if (bytes.subarray(0, 2).equals(GZIP)) return gunzipSync(bytes);
  try {
    return bytes.length === 0 ? undefined : brotliDecompressSync(bytes);
  } catch {
    return undefined;
  }
}
