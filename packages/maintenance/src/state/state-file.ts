import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { maintenanceStateSchema, type MaintenanceState } from '@codex-proxy/contracts';

/** Many times what a state can take: a larger file is none of ours, and is not read. */
const MAX_BYTES = 65_536;

/**
 * @returns undefined when nothing is kept.
 * @throws Error when something is there that is no state: links, folders and devices included, none of which was written here.
 */
export function readState(path: string): MaintenanceState | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  const parsed = maintenanceStateSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Error('the file holds no maintenance state');
}

function readText(path: string): string | undefined {
  let file: number;
  try {
    // Without O_NONBLOCK a named pipe would wait for its writer.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (stats.size > MAX_BYTES) throw new Error(`the file has ${String(stats.size)} bytes`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** What a parser says of a text quotes it; this does not. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the file holds no JSON');
  }
}

/**
 * Replaces the file as a whole: whenever the process or the machine stops, the file is what it was or what it was to be. A link in
 * its place is replaced too, not followed.
 */
export async function writeState(path: string, state: MaintenanceState): Promise<void> {
  const folder = dirname(path);
  const temporary = `${path}.tmp`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    // Left by a process that was killed.
    await rm(temporary, { force: true });
    await flushed(temporary, 'wx', async (file) => file.writeFile(`${JSON.stringify(state)}\n`));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await flushed(folder, 'r');
}

type FileHandle = Awaited<ReturnType<typeof open>>;

async function flushed(path: string, flags: 'wx' | 'r', write?: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await write?.(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
