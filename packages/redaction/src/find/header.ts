import type { KeyVerdict } from '../keys/key-policy.ts';
import { words } from '../keys/words.ts';
import type { Found } from '../scan/detector.ts';
import type { KnownFormat } from './known-format.ts';
import { isSecretValue } from './secret-value.ts';
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
  const credentials = value.slice(scheme);
  if (scheme > 0 ? isCredentials(credentials) : isSecretValue(credentials, verdict, setting))
    return { start: start + scheme, end, type: knownFormat(text, start + scheme, end) ?? verdict.type, tail };
  return undefined;
}

function isCredentials(credentials: string): boolean {
  return (
    credentials.length >= 6 &&
    !isTemplate(credentials) &&
    !/^(?:x+|\*+|\.+|token|your)/i.test(credentials) &&
    !/^\w*(?:token|key|credentials?)$/i.test(credentials)
  );
}
