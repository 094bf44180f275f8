import type { EventSourceMessage } from 'eventsource-parser';
import type { OptionValues } from '../command/command.ts';
import { parseJson } from '../json/record.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readAddress, type ProxyAddress } from './address.ts';
import { ProxyError } from './errors.ts';
import { foreign, hideTokens, isNoRoute, refusalOf } from './refusal.ts';
import { serverSentEvents } from './server-sent-events.ts';
import { silenceOf } from './silence.ts';
import { readTokens, type TokenKind, type Tokens } from './tokens.ts';
import { misdirectionOf } from './whereabouts.ts';

/** What a body must be: the zod schemas of contracts are such. */
export interface BodySchema<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

export interface ProxyRequest {
  /** Default: `GET`. */
  readonly method?: string;
  /** With its query: `/api/runs?limit=10`. */
  readonly path: string;
  /** Which token the route wants; of several, the first that is known. Default: none is sent. */
  readonly token?: TokenKind | readonly TokenKind[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
  /** Statuses beside 2xx whose answer has the shape of a good one. Default: none. */
  readonly alsoGood?: readonly number[];
  /** Ends it: `interrupted`. */
  readonly signal?: AbortSignal;
  /** To the end of the answer; of an event stream, to its beginning, and between two signs of life. Default: 10 s, 60 s. */
  readonly timeoutMs?: number;
}

/** An answer that was read to its end. */
export interface ProxyReply<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Requests to one proxy. Each rejects with a `ProxyError`, whose message is a sentence for people. Redirects are not followed. */
export interface ProxyClient {
  /** For people. */
  readonly url: string;
  /** Whether it can only run on this machine, so that its state folder may be here. */
  readonly isLoopback: boolean;
  hasToken(kind: TokenKind): boolean;
  /** The answer as it comes, whatever its status; the body is yet to be read. Without `timeoutMs` it may last as long as it likes. */
  open(request: ProxyRequest): Promise<Response>;
  text(request: ProxyRequest): Promise<ProxyReply<string>>;
  /** A JSON body of the shape of `schema`; what has another shape is not this proxy. */
  json<T>(request: ProxyRequest, schema: BodySchema<T>): Promise<ProxyReply<T>>;
  /** Server-Sent Events, to the end of the stream. */
  events(request: ProxyRequest): AsyncGenerator<EventSourceMessage>;
  /** Of an answer that refuses the token that was sent, or the lack of one: whose it is, and where it comes from. Undefined for all other answers. */
  tokenRefusal(kind: TokenKind, status: number, body: string): string | undefined;
  /** Takes the tokens of this client out of a text. */
  hideTokens(text: string): string;
}

export const DEFAULT_URL = 'http://127.0.0.1:11435';
const TIMEOUT_MS = 10_000;
const SILENCE_MS = 60_000;
const WHEREABOUTS_MS = 3_000;

/**
 * The proxy at `--url`, else `$CODEX_OPS_URL`, else on this machine. Tokens come from the environment, else, where the proxy can only be on this
 * machine, from `credentials.json` of the state folder: what was made for one proxy is not sent to another.
 * @throws UsageError for an address that is none, or holds a password
 */
export async function openProxyClient(values: Pick<OptionValues, 'text'>, terminal: Terminal): Promise<ProxyClient> {
  const address = readAddress(values.text('url') ?? DEFAULT_URL);
  const { environment, readFile } = terminal;
  const stateDir = address.isLoopback ? (values.text('state-dir') ?? '.codex-api') : undefined;
  return createProxyClient(address, await readTokens({ environment, readFile, stateDir }));
}

export function createProxyClient({ base, isLoopback }: ProxyAddress, tokens: Tokens): ProxyClient {
  const kindOf = ({ token = [] }: ProxyRequest): TokenKind | undefined => {
    const kinds = typeof token === 'string' ? [token] : token;
    return kinds.find((kind) => tokens.get(kind) !== undefined) ?? kinds[0];
  };

  async function send(request: ProxyRequest, signal: AbortSignal | undefined): Promise<Response> {
    const { method = 'GET', path, headers = {}, body } = request;
    const kind = kindOf(request);
    const token = kind === undefined ? undefined : tokens.get(kind);
    if (token !== undefined && !/^[!-~]+$/.test(token.secret)) {
      throw new ProxyError('bad_token', `what ${token.from} holds cannot be a token: it has blanks, line ends or characters beyond ASCII`);
    }
    try {
      return await fetch(`${base}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token.secret}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      throw silenceOf(base, error);
    }
  }

  async function readText(response: Response): Promise<string> {
    try {
      return await response.text();
    } catch (error) {
      throw silenceOf(base, error);
    }
  }

  /** Without a token: who answers there is not known. */
  async function ask(url: string): Promise<string> {
    return (await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(WHEREABOUTS_MS) })).text();
  }

  async function refused(request: ProxyRequest, response: Response): Promise<Error> {
    const [path = ''] = request.path.split('?');
    const body = await readText(response);
    const misdirection = isNoRoute(response.status, body) ? await misdirectionOf(base, ask) : undefined;
    if (misdirection !== undefined) return misdirection;
    return refusalOf({ base, path, status: response.status, body, token: kindOf(request), tokens });
  }

  async function text(request: ProxyRequest): Promise<ProxyReply<string>> {
    const response = await send(request, anyOf(request.signal, AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS)));
    const isGood = response.ok || request.alsoGood?.includes(response.status) === true;
    if (!isGood) throw await refused(request, response);
    return { status: response.status, headers: response.headers, body: await readText(response) };
  }

  return {
    url: base,
    isLoopback,
    hasToken: (kind) => tokens.get(kind) !== undefined,
    hideTokens: (shown) => hideTokens(shown, tokens),
    text,

    tokenRefusal(kind, status, body) {
      const refusal = refusalOf({ base, path: '', status, body, token: kind, tokens });
      return refusal.failure === 'bad_token' || refusal.failure === 'no_token' ? refusal.message : undefined;
    },

    open(request) {
      return send(
        request,
        request.timeoutMs === undefined ? request.signal : anyOf(request.signal, AbortSignal.timeout(request.timeoutMs)),
      );
    },

    async json(request, schema) {
      const reply = await text(request);
      const parsed = schema.safeParse(parseJson(reply.body));
      if (!parsed.success) throw foreign(base, reply.status);
      return { ...reply, body: parsed.data };
    },

    async *events(request) {
      const silence = new AbortController();
      const startSilence = (ms: number): NodeJS.Timeout => setTimeout(() => silence.abort(new DOMException('', 'TimeoutError')), ms);
      let timer = startSilence(request.timeoutMs ?? TIMEOUT_MS);
      const onBytes = (): void => {
        clearTimeout(timer);
        timer = startSilence(request.timeoutMs ?? SILENCE_MS);
      };
      try {
        const headers = { accept: 'text/event-stream', ...request.headers };
        const response = await send({ ...request, headers }, anyOf(request.signal, silence.signal));
        if (!response.ok) throw await refused(request, response);
        const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
        if (!isStream || response.body === null) throw foreign(base, response.status);
        onBytes();
        try {
          yield* serverSentEvents(response.body, onBytes);
        } catch (error) {
          throw silenceOf(base, error);
        }
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function anyOf(signal: AbortSignal | undefined, other: AbortSignal): AbortSignal {
  return signal === undefined ? other : AbortSignal.any([signal, other]);
}
