import { probeBodySchema, type ProbeBody } from '@codex-proxy/contracts';
import { causeOf } from '../errors.ts';

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
  | { readonly kind: 'nobody'; readonly url: string; readonly cause: string };

const TIMEOUT_MS = 3_000;

/** Never rejects. Follows no redirect: that would be another server. */
export async function ask(url: string, now: () => number): Promise<Answer> {
  try {
    const response = await fetch(`${url}/readyz`, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const askedAtMs = now();
    const parsed = probeBodySchema.safeParse(await response.json().catch(() => undefined));
    const server = response.headers.get('server') ?? undefined;
    if (!parsed.success) return { kind: 'other', url, status: response.status, server };
    const dateMs = Date.parse(response.headers.get('date') ?? '');
    return { kind: 'proxy', url, body: parsed.data, dateMs: Number.isNaN(dateMs) ? undefined : dateMs, askedAtMs };
  } catch (error) {
    const cause = causeOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
    return ['TimeoutError', 'UND_ERR_SOCKET', 'ECONNRESET', 'HPE_INVALID_CONSTANT'].includes(cause) || cause.startsWith('HPE_')
      ? { kind: 'silent', url }
      : { kind: 'nobody', url, cause };
  }
}
