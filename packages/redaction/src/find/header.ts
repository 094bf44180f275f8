import type { KeyVerdict } from '../keys/key-policy.ts';
import { words } from '../keys/words.ts';
import type { Found } from '../scan/detector.ts';
import type { KnownFormat } from './known-format.ts';
import { isSecretValue, looksRandom } from './secret-value.ts';
import { isTemplate } from './stand-in.ts';
import { LINE_VALUE, valueAfter } from './value-after.ts';

export function isHeader({ type }: KeyVerdict): boolean {
  return type === 'authorization' || type === 'cookie';
}

const SCHEMES = words(`
  Bearer Basic Token Digest ApiKey Api-Key Key OAuth Negotiate NTLM Splunk SSWS GenieKey AWS4-HMAC-SHA256 SharedAccessSignature Hawk DPoP
  Zoho-oauthtoken
`);
const SCHEME = new RegExp(`^(?:${[...SCHEMES].join('|')})[ =]+`, 'i');

/** A header's value goes to the end of the line; the scheme of an authorization stays. */
export function headerValue(knownFormat: KnownFormat, text: string, at: number, verdict: KeyVerdict): Found | undefined {
  const { start, end, setting, tail } = valueAfter(text, at, LINE_VALUE);
  const value = text.slice(start, end);
  const scheme = verdict.type === 'authorization' ? (SCHEME.exec(value)?.[0].length ?? 0) : 0;
  if (scheme > 0) {
    if (!isCredentials(value.slice(scheme))) return undefined;
    return { start: start + scheme, end, type: knownFormat(text, start + scheme, end) ?? verdict.type, tail };
  }
  if (TOLD.test(value)) return undefined;
  const judgedEnd = verdict.type === 'authorization' && tail === undefined ? start + ownLength(value) : end;
  if (!isSecretValue(text.slice(start, judgedEnd), verdict, setting)) return undefined;
  return { start, end: judgedEnd, type: knownFormat(text, start, judgedEnd) ?? verdict.type, tail };
}

/** `auth=none tls=1.3 user=bob`: a line of a log may have other fields behind. None of them looks like a secret; their own keys judge them. */
const FIELDS = /^(?:[\w.-]{1,32}=)?[^\s=,;]*(?: [\w.-]{1,32}=[^\s,;]*){1,64}$/;

function ownLength(value: string): number {
  if (!FIELDS.test(value)) return value.length;
  const [own = '', ...fields] = value.split(' ');
  const isField = own.includes('=');
  if ((isField ? [own, ...fields] : fields).some((field) => looksRandom(field.slice(field.indexOf('=') + 1)))) return value.length;
  return isField ? 0 : own.length;
}

function isCredentials(credentials: string): boolean {
  return (
    credentials.length >= 6 &&
    !isTemplate(credentials) &&
    !/^(?:x+|\*+|\.+|token|your)/i.test(credentials) &&
    !/^\w*(?:token|key|credentials?)$/i.test(credentials) &&
    !TOLD.test(credentials)
  );
}

/** What a log says of a scheme or a token: `auth: token for user bob refreshed`, `auth: basic authentication`. */
const TOLD =
  /^(?:[a-z]{2,14} [a-z]{1,14}(?:[ ,.;:]|$)|(?:authentication|authorization|accepted|disabled|enabled|expired|failed|invalid|missing|refreshed|rejected|required|revoked)(?:[ ,.;:]|$))/;
