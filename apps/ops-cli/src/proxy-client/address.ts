import { UsageError } from '../errors.ts';

/** Where a proxy is. */
export interface ProxyAddress {
  /** Without a slash at its end, a query or a password: it may be shown. */
  readonly base: string;
  /** Whether it can only be this machine. */
  readonly isLoopback: boolean;
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)$/i;

/** @throws UsageError for what is no http(s) address, or holds a password */
export function readAddress(text: string): ProxyAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError('the address of the proxy (--url, $CODEX_OPS_URL) must begin with http:// or https://');
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError('the address of the proxy (--url, $CODEX_OPS_URL) holds no password: tokens come from the environment');
  }
  return { base: `${url.origin}${url.pathname}`.replace(/\/+$/, ''), isLoopback: LOOPBACK.test(url.hostname) };
}
