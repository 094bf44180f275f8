import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScriptedWorkerOptions } from './options.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Writes an executable that behaves as `options` say, to be used as `CODEX_BIN`. The options travel by a file beside it, since a
 * supervisor strips the environment.
 * @param dir Made if it is missing. One worker a folder.
 * @returns The path of the executable.
 */
export async function writeScriptedWorker(dir: string, options: ScriptedWorkerOptions = {}): Promise<string> {
  await mkdir(dir, { recursive: true });
  const optionsFile = join(dir, 'scripted-worker.json');
  const executable = join(dir, 'scripted-worker');
  await writeFile(optionsFile, JSON.stringify(options));
  await writeFile(executable, `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(MAIN)} ${quoted(optionsFile)} "$@"\n`, { mode: 0o755 });
  return executable;
}
