import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { causeOf } from '../../errors.ts';
import { parseRecord, type JsonRecord } from '../../json/record.ts';
import type { Searched } from '../evidence.ts';
import type { SourceParts } from './log-source.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/** The trace artifact of a request; the last, if there are several. Capture is off by default: that there is none is no warning. */
export function readArtifact(
  folder: string,
  requestId: string,
  { warn }: SourceParts,
): { artifact: JsonRecord | undefined; searched: Searched } {
  const files: { path: string; bytes: number }[] = [];
  let artifact: JsonRecord | undefined;
  for (const name of artifactNames(folder, warn)) {
    const path = join(folder, name);
    try {
      const { size } = statSync(path);
      files.push({ path, bytes: size });
      // Its name tells whose it is.
      if (!name.endsWith(`-${requestId}.json`)) continue;
      const record = size > MAX_BYTES ? undefined : parseRecord(readFileSync(path, 'utf8'));
      if (record === undefined) warn(`${path} is not the JSON of a trace artifact, or too large`);
      else artifact = record;
    } catch (error) {
      // The proxy sweeps the folder.
      warn(`${path} cannot be read (${causeOf(error)})`);
    }
  }
  return { artifact, searched: { source: 'trace_buffer', path: folder, files, records: artifact === undefined ? 0 : 1 } };
}

function artifactNames(folder: string, warn: (sentence: string) => void): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .toSorted();
  } catch (error) {
    if (causeOf(error) !== 'ENOENT') warn(`${folder} cannot be read (${causeOf(error)})`);
    return [];
  }
}
