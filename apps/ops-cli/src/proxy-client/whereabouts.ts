import { probeBodySchema } from '@codex-proxy/contracts';
import { parseJson } from '../json/record.ts';
import { ProxyError } from './errors.ts';
import { foreign } from './refusal.ts';

const NOT_FOUND = 404;

/** The text that answers at an address; rejects where none does. */
export type Ask = (url: string) => Promise<string>;

/**
 * What is wrong with the address of which a route was not found: another server answers there, or the proxy does, but not under that path.
 * Undefined where it is the address of a proxy, which has no such route then.
 */
export async function misdirectionOf(base: string, ask: Ask): Promise<ProxyError | undefined> {
  if (await isProxy(base, ask)) return undefined;
  const { origin } = new URL(base);
  if (origin !== base && (await isProxy(origin, ask))) {
    return new ProxyError('foreign', `the proxy is at ${origin} and not at ${base}: give --url (or $CODEX_OPS_URL) without the path`, {
      status: NOT_FOUND,
    });
  }
  return foreign(base, NOT_FOUND);
}

async function isProxy(base: string, ask: Ask): Promise<boolean> {
  const body = await ask(`${base}/readyz`).catch(() => '');
  return probeBodySchema.safeParse(parseJson(body)).success;
}
