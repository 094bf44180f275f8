import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The first of `paths` that can be executed. */
export async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isExecutable(path)) return path;
  return undefined;
}

/** Where the first of `names` stands on `PATH`. */
export async function findProgram(names: readonly string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return firstExecutable(names.flatMap((name) => folders.map((folder) => join(folder, name))));
}
