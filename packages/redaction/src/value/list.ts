import { words } from '../keys/words.ts';

export function isEntry(value: unknown): value is readonly [string, unknown] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';
}

/** `[["accept", "…"], ["messages", …]]`. What has holes is none. */
export function isListOfEntries(list: readonly unknown[]): boolean {
  for (let at = 0; at < list.length; at += 1) if (!isEntry(list[at])) return false;
  return list.length > 0;
}

const NAME = /^[\w!#$%&'*+.^`|~-]{1,64}$/;
const COMMON_HEADERS: ReadonlySet<string> = words(`
  host accept accept-encoding accept-language user-agent connection content-type content-length cache-control date server origin referer
  transfer-encoding x-forwarded-for x-forwarded-proto x-request-id traceparent authorization proxy-authorization cookie set-cookie
`);
/** Their values are names of others. */
const NAMING_HEADERS: ReadonlySet<string> = words(`
  vary connection trailer access-control-allow-headers access-control-expose-headers access-control-request-headers
`);
const WORD = /^[A-Za-z]+(?:[_-][A-Za-z]+)*$/;

/** `["Host", "…", "Authorization", "…"]`: names and values in turn, as Node gives them, rather than a list of names. */
export function isHeaderList(list: readonly unknown[], isNamedSo: boolean): boolean {
  if (list.length < 2 || list.length % 2 !== 0) return false;
  let isKnown = isNamedSo;
  let hasValue = isNamedSo;
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at];
    const value = list[at + 1];
    if (typeof name !== 'string' || !NAME.test(name)) return false;
    if (isNamedSo) continue;
    if (typeof value !== 'string') return false;
    const lower = name.toLowerCase();
    if (COMMON_HEADERS.has(value.toLowerCase()) && !NAMING_HEADERS.has(lower)) return false;
    isKnown ||= COMMON_HEADERS.has(lower);
    hasValue ||= value !== '' && !WORD.test(value);
  }
  return isKnown && hasValue;
}
