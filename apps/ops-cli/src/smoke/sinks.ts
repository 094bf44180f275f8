import { createReadStream } from 'node:fs';
import { relative, sep } from 'node:path';
import { createGunzip } from 'node:zlib';
import { walk } from '../files/walk.ts';
import type { Planted } from './planted.ts';

export interface SinkSearch {
  readonly files: number;
  readonly bytes: number;
  /** `access.ndjson holds github_token`. */
  readonly leaks: readonly string[];
  /** The same in the worker's own home, which is not the proxy's to write. */
  readonly workerLeaks: readonly string[];
}

const WORKER_HOME = 'codex-home';
/** So much of the last piece is searched again with the next one. */
const OVERLAP = 4_096;

/** Looks for planted secrets in every file of a state folder, unpacked where it is packed. */
export async function searchSinks(stateDir: string, planted: readonly Planted[]): Promise<SinkSearch> {
  const found = { files: 0, bytes: 0 };
  const leaks: string[] = [];
  const workerLeaks: string[] = [];
  for (const { path, stats } of walk(stateDir)) {
    if (!stats.isFile()) continue;
    const name = relative(stateDir, path);
    const kinds = await kindsIn(path, planted, (bytes) => (found.bytes += bytes));
    found.files += 1;
    const into = name.split(sep)[0] === WORKER_HOME ? workerLeaks : leaks;
    into.push(...[...kinds].map((kind) => `${name} holds ${kind}`));
  }
  return { ...found, leaks, workerLeaks };
}

export function kindsInText(text: string, planted: readonly Planted[]): readonly string[] {
  return planted.filter(({ cores }) => cores.some((core) => text.includes(core))).map(({ kind }) => kind);
}

async function kindsIn(path: string, planted: readonly Planted[], onRead: (bytes: number) => void): Promise<ReadonlySet<string>> {
  const kinds = new Set<string>();
  const source = createReadStream(path);
  const chunks: AsyncIterable<Buffer> = path.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  let tail = '';
  try {
    for await (const chunk of chunks) {
      onRead(chunk.length);
      const text = tail + chunk.toString('latin1');
      for (const kind of kindsInText(text, planted)) kinds.add(kind);
      tail = text.slice(-OVERLAP);
    }
  } catch {
    // It went, or is being written: what could be read counts.
  } finally {
    source.destroy();
  }
  return kinds;
}
