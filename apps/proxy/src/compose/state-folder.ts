import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Configuration } from '../config/configuration.ts';
import { resolveCredentials, type Credentials } from '../config/credentials.ts';

/** What has to be on disk before anything can be served. */
export interface StateFolder {
  readonly path: string;
  readonly credentials: Credentials;
}

/**
 * Makes the folders that are not there yet, and keys where none are set. A disk that is full or read-only is no reason not to start when it
 * holds them already.
 * @throws Error that names the setting and the folder, when it holds them not and cannot take them.
 */
export function prepareStateFolder(configuration: Configuration): StateFolder {
  const path = resolve(configuration.PROXY_STATE_DIR ?? '.codex-api');
  const workdir = resolve(configuration.CODEX_WORKDIR ?? join(path, 'workdir'));
  try {
    for (const folder of [path, join(path, 'codex-home'), workdir]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    return { path, credentials: resolveCredentials(configuration, path) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`PROXY_STATE_DIR: the state folder ${path} cannot be used: ${reason}`, { cause: error });
  }
}
