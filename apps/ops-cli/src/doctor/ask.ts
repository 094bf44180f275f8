import { probeBodySchema, type ProbeBody } from '@codex-proxy/contracts';
import { readAddress } from '../proxy-client/address.ts';
import { ProxyError, type ProxyFailure } from '../proxy-client/errors.ts';
import { createProxyClient } from '../proxy-client/proxy-client.ts';
import { replyTo } from '../proxy-client/reply.ts';

/** What `GET /readyz` at an address came to. */
export type Answer =
  | {
      readonly kind: 'proxy';
      readonly url: string;
      readonly body: ProbeBody;
      readonly dateMs: number | undefined;
      readonly askedAtMs: number;
    }
  | { readonly kind: 'other'; readonly url: string; readonly status: number; readonly server: string | undefined }
  | { readonly kind: 'silent'; readonly url: string }
  | { readonly kind: 'nobody'; readonly url: string };

const TIMEOUT_MS = 3_000;
/** Something listens, and does not answer as HTTP does. */
const SILENT: readonly ProxyFailure[] = ['timeout', 'broken_off', 'foreign'];

/** Never rejects. Sends no token, and follows no redirect: that would be another server. */
export async function ask(url: string, now: () => number): Promise<Answer> {
  try {
    const client = createProxyClient(readAddress(url), { get: () => undefined, unread: undefined });
    const { status, headers, json } = await replyTo(client, { path: '/readyz', timeoutMs: TIMEOUT_MS });
    const askedAtMs = now();
    const parsed = probeBodySchema.safeParse(json);
    if (!parsed.success) return { kind: 'other', url, status, server: headers.get('server') ?? undefined };
    const dateMs = Date.parse(headers.get('date') ?? '');
    return { kind: 'proxy', url, body: parsed.data, dateMs: Number.isNaN(dateMs) ? undefined : dateMs, askedAtMs };
  } catch (error) {
    const isSilent = error instanceof ProxyError && SILENT.includes(error.failure);
    return { kind: isSilent ? 'silent' : 'nobody', url };
  }
}
