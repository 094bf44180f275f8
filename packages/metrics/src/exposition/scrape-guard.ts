import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What the guard needs of a request: never what a proxy says of it. */
export interface ScrapeRequest {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

const FORWARDING_HEADERS: readonly string[] = ['forwarded', 'x-real-ip', 'via'];
const LOOPBACK = /^(?:(?:::ffff:)?127(?:\.\d{1,3}){3}|::1)$/i;

/** Who may read the metrics. */
export interface ScrapeRules {
  /** An empty token is none, and opens nothing. */
  readonly token?: string | undefined;
  /** Whether a peer on this host needs no token: not where others live on it, or a proxy there says nothing of whom it forwards. Default true. */
  readonly allowsLoopback?: boolean | undefined;
}

/**
 * Whether a request may read the metrics: it has the bearer token, or, where that is allowed, its peer is on the loopback interface and no
 * header says that a proxy forwarded it.
 */
export function mayScrape(request: ScrapeRequest, { token, allowsLoopback = true }: ScrapeRules): boolean {
  if (token !== undefined && token !== '' && hasToken(request.headers.authorization, token)) return true;
  return allowsLoopback && LOOPBACK.test(request.socket.remoteAddress ?? '') && !isForwarded(request.headers);
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
