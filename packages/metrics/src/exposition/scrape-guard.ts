import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What the guard needs of a request: never what a proxy says of it. */
export interface ScrapeRequest {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

const FORWARDING_HEADERS: readonly string[] = ['forwarded', 'x-real-ip', 'via'];
const LOOPBACK = /^(?:(?:::ffff:)?127(?:\.\d{1,3}){3}|::1)$/i;

/**
 * Whether a request may read the metrics: it has the bearer token, or its peer is on the loopback interface and no header says
 * that a proxy forwarded it.
 */
export function mayScrape(request: ScrapeRequest, token: string | undefined): boolean {
  if (token !== undefined && token !== '' && hasToken(request.headers.authorization, token)) return true;
  return LOOPBACK.test(request.socket.remoteAddress ?? '') && !isForwarded(request.headers);
}

/** Compares hashes, so that the time taken tells nothing of the token, its length included. */
function hasToken(authorization: string | undefined, token: string): boolean {
  const presented = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  return presented !== undefined && timingSafeEqual(sha256(presented), sha256(token));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isForwarded(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) => FORWARDING_HEADERS.includes(name) || name.startsWith('x-forwarded-'));
}
