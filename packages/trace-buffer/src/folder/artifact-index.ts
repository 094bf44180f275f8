import type { ArtifactName } from '../artifact/artifact-name.ts';

/** An artifact that is on disk, as far as is known. */
export interface Entry extends ArtifactName {
  readonly bytes: number;
  /** Position in time for age and order; see `datedAtMs`. */
  readonly atMs: number;
}

/** What is in the folder, oldest first, so that no write needs to read the folder. */
export class ArtifactIndex {
  readonly #byName = new Map<string, Entry>();
  readonly #sorted: Entry[] = [];
  readonly #onCount: (count: number) => void;

  constructor(onCount: (count: number) => void) {
    this.#onCount = onCount;
  }

  get size(): number {
    return this.#sorted.length;
  }

  get oldest(): Entry | undefined {
    return this.#sorted[0];
  }

  get newest(): Entry | undefined {
    return this.#sorted.at(-1);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Oldest first. */
  list(): readonly Entry[] {
    return [...this.#sorted];
  }

  /** The newest artifact of a request. */
  find(requestId: string): Entry | undefined {
    return this.#sorted.findLast((entry) => entry.requestId === requestId);
  }

  add(entry: Entry): void {
    this.delete(entry.name);
    this.#byName.set(entry.name, entry);
    this.#sorted.splice(this.#placeOf(entry.atMs), 0, entry);
    this.#onCount(this.size);
  }

  delete(name: string): void {
    const entry = this.#byName.get(name);
    if (entry === undefined) return;
    this.#byName.delete(name);
    this.#sorted.splice(this.#sorted.indexOf(entry), 1);
    this.#onCount(this.size);
  }

  /** After all that are as old. Most come last. */
  #placeOf(atMs: number): number {
    const newest = this.newest;
    if (newest === undefined || newest.atMs <= atMs) return this.size;
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
