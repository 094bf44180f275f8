import { scrape } from '../proxy-client/proxy-api.ts';
import { foreign } from '../proxy-client/refusal.ts';
import type { ProxyClient } from '../proxy-client/proxy-client.ts';
import { parseExposition, type Exposition } from './exposition.ts';

/** What `/metrics` said at one moment. */
export interface Scrape {
  /** Of a clock that runs evenly. */
  readonly atMs: number;
  readonly exposition: Exposition;
}

const OK = 200;

/** Rejects with a `ProxyError`. */
export async function takeScrape(client: ProxyClient, options: { readonly signal?: AbortSignal } = {}): Promise<Scrape> {
  const text = await scrape(client, options);
  const exposition = parseExposition(text);
  if (exposition === undefined) throw foreign(client.url, OK);
  return { atMs: performance.now(), exposition };
}
