import { causeOf } from '../errors.ts';
import { ProxyError } from './errors.ts';

/** https://fetch.spec.whatwg.org/#port-blocking */
const BAD_PORT = 'bad port';
const UNKNOWN_HOST = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'];
const NO_WAY = ['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EACCES', 'EPERM'];
const TIMEOUTS = ['TimeoutError', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];
const BROKEN_OFF = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'];
const EXPIRED = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];
const NOT_TRUSTED = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

/** What `fetch` has to say of a request without an answer, as a sentence. */
export function silenceOf(base: string, error: unknown): ProxyError {
  const cause = deepestCause(error);
  if (cause === 'ECONNREFUSED') {
    return new ProxyError('refused', `nothing listens at ${base}: is the proxy up, and --url (or $CODEX_OPS_URL) its address?`);
  }
  if (cause === 'AbortError') return new ProxyError('interrupted', 'interrupted');
  if (TIMEOUTS.includes(cause)) return new ProxyError('timeout', `${base} did not answer in time`);
  if (EXPIRED.includes(cause)) {
    return new ProxyError(
      'tls',
      `the certificate of ${base} is not valid now (${cause}): renew it, or set the clock of this machine right`,
    );
  }
  if (NOT_TRUSTED.includes(cause)) {
    return new ProxyError(
      'tls',
      `the certificate of ${base} is signed by nobody that this machine trusts (${cause}): name its authority's file in $NODE_EXTRA_CA_CERTS`,
    );
  }
  if (cause === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new ProxyError('tls', `the certificate of ${base} is for another name: use the name that it is for`);
  }
  if (cause === 'EPROTO' || cause.startsWith('ERR_SSL_') || cause.startsWith('ERR_TLS_')) {
    return new ProxyError('tls', `no secure connection to ${base} could be made (${cause}): does it speak http:// and not https://?`);
  }
  if (UNKNOWN_HOST.includes(cause)) return new ProxyError('unreachable', `nobody knows the host of ${base} (${cause})`);
  if (NO_WAY.includes(cause)) return new ProxyError('unreachable', `there is no way to ${base} (${cause})`);
  if (BROKEN_OFF.includes(cause)) {
    const hint = base.startsWith('http:') ? ': does it speak https:// and not http://?' : '';
    return new ProxyError('broken_off', `${base} broke the connection off (${cause})${hint}`);
  }
  if (cause === 'HTTPParserError' || cause.startsWith('HPE_'))
    return new ProxyError('foreign', `what answers at ${base} does not speak HTTP`);
  if (cause === BAD_PORT) return new ProxyError('unreachable', `${base} cannot be asked: HTTP clients do not use that port`);
  return new ProxyError('unreachable', `${base} cannot be reached (${cause})`);
}

/** `fetch` wraps what went wrong, and where several addresses were tried, once more. */
function deepestCause(error: unknown): string {
  if (!(error instanceof Error)) return causeOf(error);
  if (error instanceof AggregateError && error.errors.length > 0) return deepestCause(error.errors[0]);
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return error.name;
  if (error.cause instanceof Error) return deepestCause(error.cause);
  return error.message === BAD_PORT ? BAD_PORT : causeOf(error);
}
