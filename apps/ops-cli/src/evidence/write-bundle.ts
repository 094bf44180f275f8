import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CommandError } from '../errors.ts';

const PACKED = /\.(tar\.gz|tgz)$/;

export function isPacked(out: string): boolean {
  return PACKED.test(out);
}

/** A file of a bundle, the manifest too. */
export interface WrittenFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Writes a bundle as a folder, or as one file where the name ends in `.tar.gz` or `.tgz`: whole or not at all, readable by its owner alone.
 * Rejects with a `CommandError` where there is something of that name already.
 */
export async function writeBundle(out: string, files: readonly WrittenFile[]): Promise<void> {
  refuseExisting(out);
  const part = join(dirname(out), `.${basename(out)}.${randomBytes(6).toString('hex')}.part`);
  await mkdir(dirname(out), { recursive: true });
  try {
    if (isPacked(out)) await writePacked(part, out, files);
    else await writeFolder(part, out, files);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

export function refuseExisting(out: string): void {
  if (existsSync(out)) throw new CommandError(`${out} is there already, and evidence is not overwritten: name another --out`);
}

async function writeFolder(part: string, out: string, files: readonly WrittenFile[]): Promise<void> {
  for (const { path, text } of files) {
    await mkdir(dirname(join(part, path)), { recursive: true, mode: 0o700 });
    await writeSynced(join(part, path), text);
  }
  refuseExisting(out);
  await rename(part, out);
}

async function writePacked(part: string, out: string, files: readonly WrittenFile[]): Promise<void> {
  const { packTar } = await import('modern-tar');
  const root = basename(out).replace(PACKED, '');
  const entries = files.map(({ path, text }) => ({
    header: { name: `${root}/${path}`, size: Buffer.byteLength(text), mode: 0o600, type: 'file' as const },
    body: text,
  }));
  await writeSynced(part, await promisify(gzip)(await packTar(entries)));
  try {
    // Unlike a rename, a link does not replace what has come meanwhile.
    await link(part, out);
  } catch (error) {
    refuseExisting(out);
    throw error;
  }
}

async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
