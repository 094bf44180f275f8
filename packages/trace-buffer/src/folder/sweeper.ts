import { setTimeout as pause } from 'node:timers/promises';
import type { TracePruneReason } from '@codex-proxy/contracts';
import { isTemporaryName, parseArtifactName, type ArtifactName } from '../artifact/artifact-name.ts';
import type { ArtifactIndex, Entry } from './artifact-index.ts';
import { datedAtMs, isExpired, isFuture, nextToPrune, type RetentionLimits } from './retention.ts';
import type { TraceFolder } from './trace-folder.ts';

export interface SweeperOptions {
  readonly folder: TraceFolder;
  readonly index: ArtifactIndex;
  readonly limits: RetentionLimits;
  readonly nowMs: () => number;
  /** Whether `nowMs` can be believed. */
  readonly mayExpire: () => boolean;
  readonly monotonicMs: () => number;
  readonly onRemoved: (reason: TracePruneReason, bytes: number) => void;
  /** Whether this temporary file is being written. */
  readonly isBeingWritten: (temporaryName: string) => boolean;
}

/**
 * After so many file operations the machine is left to others, for longer than it was taken: thousands of leftovers at a start hold up
 * neither a thread nor a worker that starts beside it, and the slower the disk, the longer the pauses.
 */
const OPERATIONS_AT_ONCE = 16;
const PAUSE_RATIO = 3;
const MIN_PAUSE_MS = 4;
const MAX_PAUSE_MS = 50;
/** Beyond its limit the index holds at most so many, until they are removed. */
const MAX_EXCESS = 1_024;
/** One write makes room for one; more is left to the next sweep when removing is hard. */
const MAX_REMOVED_AFTER_WRITE = 8;

/** Keeps the folder within its limits. Touches nothing but regular files that bear the buffer's own names. */
export class Sweeper {
  readonly #options: SweeperOptions;
  #operations = 0;
  #workedMs = 0;
  #stopped = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
  }

  /**
   * Reads the whole folder, removes what has outlived its time or is too many, and brings the index up to date.
   * @throws when the folder cannot be read, or something in it cannot be removed.
   */
  async sweep(): Promise<void> {
    const { folder, index } = this.#options;
    await folder.prepare();
    const before = new Set(index.list().map(({ name }) => name));
    for await (const name of folder.names()) {
      if (this.#stopped) return;
      before.delete(name);
      await this.#judge(name);
      if (index.size > this.#options.limits.maxFiles + MAX_EXCESS) await this.prune();
    }
    // Somebody else removed them.
    for (const name of before) index.delete(name);
    await this.prune();
  }

  /** Removes, by the index alone, what has to go. */
  async prune(limit = Number.POSITIVE_INFINITY): Promise<void> {
    const { index, limits, nowMs, mayExpire } = this.#options;
    for (let removed = 0; removed < limit && !this.#stopped; removed += 1) {
      const next = nextToPrune(index, limits, mayExpire() ? nowMs() : undefined);
      if (next === undefined) return;
      await this.remove(next.entry, next.reason);
    }
  }

  async pruneAfterWrite(): Promise<void> {
    await this.prune(MAX_REMOVED_AFTER_WRITE);
  }

  /** @returns whether it was removed here. */
  async remove(entry: Pick<Entry, 'name'>, reason: TracePruneReason): Promise<boolean> {
    const { folder, index, onRemoved } = this.#options;
    const bytes = await this.#work(async () => folder.remove(entry.name));
    index.delete(entry.name);
    if (bytes === undefined) return false;
    onRemoved(reason, bytes);
    return true;
  }

  /** Forgets those that are gone: a look at each, none at the rest of the folder. */
  async verify(): Promise<void> {
    const { folder, index } = this.#options;
    for (const { name } of index.list()) {
      if ((await folder.facts(name)) === undefined) index.delete(name);
    }
  }

  async #judge(name: string): Promise<void> {
    const { folder, index, limits, nowMs, mayExpire, isBeingWritten } = this.#options;
    if (isTemporaryName(name)) {
      if (!isBeingWritten(name)) await this.#work(async () => folder.remove(name));
      return;
    }
    const artifact = parseArtifactName(name);
    if (artifact === undefined || index.has(name)) return;
    const now = nowMs();
    if (mayExpire() && !isFuture(artifact.endedAtMs, now) && isExpired(artifact.endedAtMs, now, limits.ttlHours)) {
      await this.remove(artifact, 'age');
      return;
    }
    await this.#admit(artifact);
  }

  async #admit(artifact: ArtifactName): Promise<void> {
    const { folder, index, nowMs } = this.#options;
    const facts = await this.#work(async () => folder.facts(artifact.name));
    if (facts !== undefined) index.add({ ...artifact, bytes: facts.bytes, atMs: datedAtMs({ ...artifact, ...facts }, nowMs()) });
  }

  /** One operation on the disk, after a pause where one is due. */
  async #work<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#operations >= OPERATIONS_AT_ONCE) {
      await pause(Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, PAUSE_RATIO * this.#workedMs)));
      this.#operations = 0;
      this.#workedMs = 0;
    }
    const { monotonicMs } = this.#options;
    const startedAtMs = monotonicMs();
    try {
      return await operation();
    } finally {
      this.#operations += 1;
      this.#workedMs += monotonicMs() - startedAtMs;
    }
  }
}
