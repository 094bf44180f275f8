import type { LogFields } from '@codex-proxy/contracts';

const PLACEHOLDER = '[redacted:key]';
/** Shorter ones are stand-ins such as `none`, and could be part of any word. */
const MIN_LENGTH = 8;

/**
 * Takes this proxy's own keys out of foreign text, whatever they look like: providers quote the key that they refuse.
 * @param secrets Undefined ones are passed over.
 */
export function hideSecrets(secrets: readonly (string | undefined)[]): (text: string) => string {
  const hidden = secrets.map((secret) => secret?.trim() ?? '').filter((secret) => secret.length >= MIN_LENGTH);
  const shortest = Math.min(...hidden.map((secret) => secret.length));
  return (text) => {
    if (text.length < shortest) return text;
    return hidden.reduce((rest, secret) => (rest.includes(secret) ? rest.replaceAll(secret, PLACEHOLDER) : rest), text);
  };
}

/**
 * As `hide`, for every text of a record: clients put keys where ids belong, and errors quote them. The same record when none is there.
 */
export function hideInRecord<T extends LogFields>(record: T, hide: (text: string) => string): T {
  let hidden: T | undefined;
  const fields: Readonly<Record<string, unknown>> = record;
  for (const name in fields) {
    const value = fields[name];
    if (typeof value !== 'string') continue;
    const text = hide(value);
    if (text !== value) hidden = { ...(hidden ?? record), [name]: text };
  }
  return hidden ?? record;
}
