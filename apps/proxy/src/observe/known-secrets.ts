const PLACEHOLDER = '[redacted:key]';
/** Shorter ones are stand-ins such as `none`, and could be part of any word. */
const MIN_LENGTH = 8;

/**
 * Takes this proxy's own keys out of foreign text, whatever they look like: providers quote the key that they refuse.
 * @param secrets Undefined ones are passed over.
 */
export function hideSecrets(secrets: readonly (string | undefined)[]): (text: string) => string {
  const hidden = secrets.map((secret) => secret?.trim() ?? '').filter((secret) => secret.length >= MIN_LENGTH);
  return (text) => hidden.reduce((rest, secret) => rest.replaceAll(secret, PLACEHOLDER), text);
}
