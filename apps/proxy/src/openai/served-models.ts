import type { ServedModel } from '@codex-proxy/contracts';
import { z } from 'zod';

const pageSchema = z.object({
  data: z.array(z.object({ id: z.string(), model: z.string() })),
  nextCursor: z.string().nullish(),
});

const MAX_PAGES = 20;

/** Asks the worker one request outside a turn. */
export type AskWorker = (method: string, params: object) => Promise<unknown>;

/** Models that clients may name: the configured one first, then those of the provider or the worker. */
export class ServedModels {
  readonly #fixed: readonly string[];
  readonly #fromWorker: boolean;
  readonly #created: number;
  #ids: readonly string[];
  #known: boolean;

  /**
   * @param options.fixed Known without asking, in order.
   * @param options.fromWorker Whether the worker's `model/list` is added.
   * @param options.created Unix seconds, shown for each.
   */
  constructor(options: { fixed: readonly string[]; fromWorker: boolean; created: number }) {
    this.#fixed = [...new Set(options.fixed)];
    this.#fromWorker = options.fromWorker;
    this.#created = options.created;
    this.#ids = this.#fixed;
    this.#known = !options.fromWorker;
  }

  /** False until the worker has been asked: an unknown name proves nothing yet. */
  get known(): boolean {
    return this.#known;
  }

  has(id: string): boolean {
    return this.#ids.includes(id);
  }

  list(): ServedModel[] {
    return this.#ids.map((id) => ({ id, object: 'model', created: this.#created, owned_by: 'codex' }));
  }

  /** Reads the worker's list; on failure the one before stays. */
  async refresh(ask: AskWorker): Promise<void> {
    if (!this.#fromWorker) return;
    const ids: string[] = [];
    let cursor: string | null | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = pageSchema.parse(await ask('model/list', cursor === undefined ? {} : { cursor }));
      ids.push(...answer.data.map((entry) => entry.model));
      cursor = answer.nextCursor;
      if (cursor === null || cursor === undefined) break;
    }
    this.#ids = [...new Set([...this.#fixed, ...ids])];
    this.#known = true;
  }
}
