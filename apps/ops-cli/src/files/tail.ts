import { open, readFile } from 'node:fs/promises';
import { parseRecord, type JsonRecord } from '../json/record.ts';

/** Of a log, so much of its end is read: what a smoke caused is there. */
const TAIL_BYTES = 4 * 1_048_576;

/** Records at the end of an NDJSON file in whose line a text stands; none where there is no such file. */
export async function recordsOf(path: string, text: string): Promise<readonly JsonRecord[]> {
  const lines = (await tailOf(path)).split('\n');
  return lines
    .filter((line) => line.includes(text))
    .map(parseRecord)
    .filter((record) => record !== undefined);
}

/** The end of a file, from its beginning where it is short; empty where it is not there. */
export async function tailOf(path: string, bytes: number = TAIL_BYTES): Promise<string> {
  let file;
  try {
    file = await open(path);
    const { size } = await file.stat();
    if (size <= bytes) return await readFile(path, 'utf8');
    const buffer = Buffer.alloc(bytes);
    const { bytesRead } = await file.read(buffer, 0, bytes, size - bytes);
    const text = buffer.toString('utf8', 0, bytesRead);
    return text.slice(text.indexOf('\n') + 1);
  } catch {
    return '';
  } finally {
    await file?.close();
  }
}
