import { errorEnvelopeSchema } from '@codex-proxy/contracts';
import { parseJson } from '../json/record.ts';
import { printable } from '../text/printable.ts';
import { ProxyError } from './errors.ts';
import { TOKEN_VARIABLES, type TokenKind, type Tokens } from './tokens.ts';

export interface Refused {
  readonly base: string;
  readonly path: string;
  readonly status: number;
  readonly body: string;
  /** Which token the route wants; undefined: none. */
  readonly token: TokenKind | undefined;
  readonly tokens: Tokens;
}

const NAMES: Readonly<Record<TokenKind, string>> = { api: 'API key', admin: 'admin token', metrics: 'metrics token' };
const MOST_QUOTED = 500;

/** What an answer other than 2xx means. Only what has the shape of our errors is quoted. */
export function refusalOf(refused: Refused): ProxyError {
  const { base, path, status, body, token, tokens } = refused;
  const { data } = errorEnvelopeSchema.safeParse(parseJson(body));
  if (data === undefined) return foreign(base, status);
  const { code, message } = data.error;
  const detail = { status, errorCode: code };
  if (token !== undefined && (status === 401 || status === 403)) return unauthorized(refused, token, detail);
  const hasNoRoute = isNoRoute(status, body);
  if (hasNoRoute && path.startsWith('/internal/')) {
    return new ProxyError(
      'admin_off',
      `the proxy at ${base} has no admin token, and so nothing that needs one: start it with PROXY_ADMIN_TOKEN set`,
      detail,
    );
  }
  if (hasNoRoute && path === '/metrics') {
    return new ProxyError('switched_off', `metrics are switched off at ${base} (PROXY_METRICS_ENABLED=false)`, detail);
  }
  if (hasNoRoute && path.startsWith('/api/')) {
    return new ProxyError('switched_off', `the proxy at ${base} does not record runs (PROXY_RUN_EVENTS=false)`, detail);
  }
  const said = printable(hideTokens(message, tokens).slice(0, MOST_QUOTED)).replace(/[.!]$/, '');
  return new ProxyError('rejected', `the proxy refused: ${said} (HTTP ${status} ${printable(code.slice(0, 60))})`, detail);
}

/** Whether an answer says that there is no such route, and not only no such thing: of the proxy where the part is switched off, or of anyone. */
export function isNoRoute(status: number, body: string): boolean {
  const { data } = errorEnvelopeSchema.safeParse(parseJson(body));
  return status === 404 && (data === undefined || /no such route/i.test(data.error.message));
}

export function foreign(base: string, status: number): ProxyError {
  const hint =
    status >= 300 && status < 400
      ? 'redirects are not followed, so give the address that it leads to'
      : [502, 503, 504].includes(status)
        ? 'a gateway may stand before it, and not reach it'
        : 'is --url (or $CODEX_OPS_URL) its address?';
  return new ProxyError('foreign', `what answers at ${base} is not the proxy (HTTP ${status}): ${hint}`, { status });
}

function unauthorized({ base, tokens }: Refused, kind: TokenKind, detail: { status: number; errorCode: string }): ProxyError {
  const [used, variable] = [tokens.get(kind), TOKEN_VARIABLES[kind]];
  if (used !== undefined) {
    return new ProxyError('bad_token', `the ${NAMES[kind]} in ${used.from} is not that of the proxy at ${base}`, detail);
  }
  const where =
    kind === 'metrics'
      ? ', or ask from the machine that the proxy runs on'
      : ', or name with --state-dir the folder that has credentials.json';
  const unread = tokens.unread === undefined ? '' : ` (${tokens.unread})`;
  return new ProxyError('no_token', `this needs the ${NAMES[kind]} of the proxy at ${base}: set ${variable}${where}${unread}`, detail);
}

/** A message may quote what was sent. */
export function hideTokens(text: string, tokens: Tokens): string {
  return (['api', 'admin', 'metrics'] as const).reduce((hidden, kind) => {
    const secret = tokens.get(kind)?.secret ?? '';
    return secret === '' ? hidden : hidden.replaceAll(secret, '[redacted]');
  }, text);
}
