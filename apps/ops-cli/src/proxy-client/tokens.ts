import { join } from 'node:path';
import { causeOf } from '../errors.ts';
import { parseRecord, textAt, type JsonRecord } from '../json/record.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What a token opens: `/v1` and `/api`, `/internal` and `/api`, `/metrics`. */
export type TokenKind = 'api' | 'admin' | 'metrics';

export interface Token {
  readonly secret: string;
  /** For people: `$PROXY_API_KEY`, or the path of a file. */
  readonly from: string;
}

export interface Tokens {
  get(kind: TokenKind): Token | undefined;
  /** Why the file of tokens could not be read; undefined where it was, or is not there. */
  readonly unread: string | undefined;
}

export const TOKEN_VARIABLES: Readonly<Record<TokenKind, string>> = {
  api: 'PROXY_API_KEY',
  admin: 'PROXY_ADMIN_TOKEN',
  metrics: 'PROXY_METRICS_TOKEN',
};

const KEPT_AS: Readonly<Partial<Record<TokenKind, string>>> = { api: 'api_key', admin: 'admin_token' };

export interface TokenPlaces {
  readonly environment: Terminal['environment'];
  readonly readFile: Terminal['readFile'];
  /** Folder of `credentials.json`; undefined: it is not looked for. */
  readonly stateDir: string | undefined;
}

/** Tokens of the environment; where it has none of a kind, the one that the proxy made and kept in its state folder. */
export async function readTokens({ environment, readFile, stateDir }: TokenPlaces): Promise<Tokens> {
  const path = stateDir === undefined ? undefined : join(stateDir, 'credentials.json');
  let unread: string | undefined;
  let kept: JsonRecord | undefined;
  if (path !== undefined) {
    try {
      kept = parseRecord(await readFile(path));
      if (kept === undefined) unread = `${path} is no JSON`;
    } catch (error) {
      if (causeOf(error) !== 'ENOENT' && causeOf(error) !== 'ENOTDIR') unread = `${path} cannot be read (${causeOf(error)})`;
    }
  }
  return {
    unread,
    get(kind) {
      const variable = TOKEN_VARIABLES[kind];
      const given = (environment[variable] ?? '').trim();
      if (given !== '') return { secret: given, from: `$${variable}` };
      const secret = textAt(kept, KEPT_AS[kind] ?? '');
      return secret === undefined || path === undefined ? undefined : { secret, from: path };
    },
  };
}
