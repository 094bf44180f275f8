import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Configuration } from './configuration.ts';
import { isLoopbackHost } from './read-configuration.ts';

export interface Credentials {
  /** Undefined when only an admin token was set: /v1 then refuses everybody. */
  readonly apiKey: string | undefined;
  readonly adminToken: string | undefined;
  /** Where generated ones are kept; undefined when they come from the environment. */
  readonly file?: string;
}

const keptSchema = z.object({ api_key: z.string().min(8), admin_token: z.string().min(8) });

/**
 * The keys in force. On loopback, when neither is set, both are generated once and kept in `credentials.json` (0600) of the
 * state folder, so that a restart does not lock clients out; a damaged file is replaced.
 */
export function resolveCredentials(configuration: Configuration, stateDir: string): Credentials {
  const { PROXY_API_KEY: apiKey, PROXY_ADMIN_TOKEN: adminToken, PROXY_HOST: host = '127.0.0.1' } = configuration;
  if (apiKey !== undefined || adminToken !== undefined || !isLoopbackHost(host)) return { apiKey, adminToken };
  const file = join(stateDir, 'credentials.json');
  const kept = readKept(file);
  if (kept !== undefined) return { ...kept, file };
  const made = {
    apiKey: `sk-proxy-${randomBytes(24).toString('base64url')}`,
    adminToken: `adm-proxy-${randomBytes(24).toString('base64url')}`,
  };
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  // A file that is there already would keep its mode.
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify({ api_key: made.apiKey, admin_token: made.adminToken }, null, 2)}\n`, { mode: 0o600 });
  return { ...made, file };
}

function readKept(file: string): { apiKey: string; adminToken: string } | undefined {
  try {
    const kept = keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    chmodSync(file, 0o600);
    return { apiKey: kept.api_key, adminToken: kept.admin_token };
  } catch {
    return undefined;
  }
}
