import { basename, join, resolve } from 'node:path';
import type { OptionValues } from '../command/command.ts';

/** Where agent logs and their archives are. */
export interface Places {
  readonly stateDir: string;
  readonly database: string;
  readonly archives: string;
}

export function placesOf(values: OptionValues): Places {
  const stateDir = resolve(values.text('state-dir') ?? '.codex-api');
  return {
    stateDir,
    database: join(stateDir, 'state.sqlite'),
    archives: resolve(values.text('archive-dir') ?? join(stateDir, 'archives')),
  };
}

/** A name alone is one of the archive folder; all else is a path. */
export function archiveNamed(values: OptionValues, { archives }: Places): string {
  const file = values.argument('FILE') ?? '';
  return basename(file) === file ? join(archives, file) : resolve(file);
}
