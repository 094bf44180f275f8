import { access, mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Provider } from '../provider/provider.ts';
import type { WorkerPaths } from '../provider/worker-command.ts';
import type { Catalog } from './prepare-catalog.ts';

const LOOK_MS = 1_000;

export interface WorkerHomeOptions {
  readonly paths: Pick<WorkerPaths, 'codexHome' | 'workdir'>;
  readonly provider: Pick<Provider, 'linkLogin'>;
  /** Somebody had removed it. */
  readonly onRestored: (name: string) => void;
}

/** What the worker needs on disk and does not make itself. Made again when somebody removes it: without, no turn and no restart succeeds. */
export class WorkerHome {
  readonly #options: WorkerHomeOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(options: WorkerHomeOptions) {
    this.#options = options;
  }

  /** @param catalog Absent: the worker uses the one inside its binary. */
  start(catalog: Catalog | undefined): void {
    this.#timer ??= setInterval(() => void this.look(catalog), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Never rejects: what cannot be made now is tried again. */
  async look(catalog: Catalog | undefined): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      await this.#restore(catalog);
    } catch {
      // The worker says what it lacks.
    } finally {
      this.#looking = false;
    }
  }

  async #restore(catalog: Catalog | undefined): Promise<void> {
    const { paths, provider, onRestored } = this.#options;
    for (const folder of [paths.codexHome, paths.workdir]) {
      if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined) onRestored(basename(folder));
    }
    provider.linkLogin?.();
    if (catalog === undefined || (await isThere(catalog.path))) return;
    await catalog.write();
    onRestored(basename(catalog.path));
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
