import { openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { causeOf } from '../../errors.ts';
import { ArrayItems } from '../../files/array-items.ts';
import { unpack } from '../../files/search-packed.ts';
import { parseRecord, textAt, type JsonRecord } from '../../json/record.ts';
import type { Searched } from '../evidence.ts';
import type { SourceParts } from './log-source.ts';
import { withPayload } from './state-db-source.ts';

const NAME = /^agent_logs_.*\.json\.gz$/;
const MOST_ROWS = 20_000;

/** Rows of a run in the archives of agent logs. Each is unpacked once to see whether it names the run, and again only if it does. */
export async function searchArchives(
  folder: string,
  runId: string,
  parts: SourceParts,
): Promise<{ rows: readonly JsonRecord[]; searched: Searched }> {
  const { warn } = parts;
  const rows: JsonRecord[] = [];
  const files: { path: string; bytes: number }[] = [];
  const needle = Buffer.from(runId);
  for (const path of archivePaths(folder, warn)) {
    try {
      const bytes = statSync(path).size;
      files.push({ path, bytes });
      parts.onFound(bytes);
      if (!(await names(path, needle, parts.onRead))) continue;
      parts.onFound(bytes);
      const items = new ArrayItems((item) => {
        const row = item.includes(needle) ? parseRecord(item.toString('utf8')) : undefined;
        if (row !== undefined && textAt(row, 'run_id') === runId && rows.length < MOST_ROWS) rows.push(withPayload(row));
      });
      for await (const chunk of unpack(openSync(path, 'r'), parts.onRead)) items.push(chunk);
      if (!items.isComplete || items.skipped > 0) warn(`${path}: some of its rows could not be read`);
    } catch (error) {
      warn(`${path} cannot be read to its end (${causeOf(error)}); codex-ops archive verify tells more`);
    }
  }
  return { rows, searched: { source: 'archive', path: folder, files, records: rows.length } };
}

function archivePaths(folder: string, warn: (sentence: string) => void): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => NAME.test(name))
      .toSorted()
      .map((name) => join(folder, name));
  } catch (error) {
    if (causeOf(error) !== 'ENOENT') warn(`${folder} cannot be read (${causeOf(error)})`);
    return [];
  }
}

async function names(path: string, needle: Buffer, onRead: (bytes: number) => void): Promise<boolean> {
  let tail = Buffer.alloc(0);
  for await (const chunk of unpack(openSync(path, 'r'), onRead)) {
    if (Buffer.concat([tail, chunk.subarray(0, needle.length)]).includes(needle) || chunk.includes(needle)) return true;
    tail = Buffer.from(chunk.subarray(Math.max(0, chunk.length - needle.length + 1)));
  }
  return false;
}
