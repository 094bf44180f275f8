import type { EncodedPage, PageQuery } from './rows.ts';
import type { Watch } from './watches.ts';

/** `event` and `run` are JSON texts: of a `RunEvent`, and of the `RunSummary` of the run that has ended. */
export type TailItem =
  | { readonly kind: 'event'; readonly id: number; readonly event: string }
  | { readonly kind: 'idle' }
  | { readonly kind: 'end'; readonly run: string };

export interface TailSource {
  readonly read: (query: PageQuery) => Promise<EncodedPage | undefined>;
  readonly watch: Watch;
  readonly signal: AbortSignal;
  readonly idleMs: number;
}

/**
 * Reads pages, and waits for news only when a page was the last. The watch was opened before the first page: what is committed after a
 * page was read is news. Nothing is held but a page: who takes long to take an event delays only the next page.
 */
export async function* tail(query: PageQuery, { read, watch, signal, idleMs }: TailSource): AsyncGenerator<TailItem, void> {
  let afterId = query.afterId;
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const page = await read({ ...query, afterId });
    if (page === undefined) return;
    for (const [id, event] of page.events) {
      if (isOver()) return;
      yield { kind: 'event', id, event };
      afterId = id;
    }
    if (page.hasMore) continue;
    if (!page.isRunning) {
      yield { kind: 'end', run: page.run };
      return;
    }
    // What came while the events were taken is news already.
    const isNews = await watch.next(idleMs, signal);
    if (!isNews && !isOver()) yield { kind: 'idle' };
  }
}
