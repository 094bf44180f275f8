import { parseRecord, isRecord, textAt, type JsonRecord } from '../json/record.ts';
import type { ProxyClient, ProxyRequest } from './proxy-client.ts';
import { silenceOf } from './silence.ts';

/** An answer of any status, read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where the text is no JSON object. */
  readonly json: JsonRecord | undefined;
}

const TIMEOUT_MS = 10_000;

/** What a proxy answers, whatever it is. Rejects with a `ProxyError` where nothing comes. */
export async function replyTo(client: ProxyClient, request: ProxyRequest): Promise<Reply> {
  const response = await client.open({ timeoutMs: TIMEOUT_MS, ...request });
  try {
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parseRecord(text) };
  } catch (error) {
    throw silenceOf(client.url, error);
  }
}

/** `HTTP 503 maintenance: It is switched off.` */
export function refusalText(status: number, text: string): string {
  const envelope = parseRecord(text)?.['error'];
  const error = isRecord(envelope) ? envelope : undefined;
  const code = textAt(error, 'code');
  return code === undefined ? `HTTP ${status}` : `HTTP ${status} ${code}: ${textAt(error, 'message') ?? ''}`;
}
