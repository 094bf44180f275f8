import type { Profile, Redactor } from '@codex-proxy/redaction';
import { lineEndings, rewriteJson } from './json-rewrite.ts';

/**
 * Redacts one JSON document by its keys and its values. It keeps its form and its lines, and stays JSON; undefined when it is none.
 */
export function redactDocument(source: string, redactor: Redactor, profile: Profile): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch {
    return undefined;
  }
  const redacted = redactor.value(parsed, profile);
  const rewritten = rewriteJson(source, parsed, redacted);
  if (rewritten !== undefined) return rewritten;
  // Of a key that comes twice, the parser and the redactor saw only the last: what the first one held goes.
  return JSON.stringify(redacted) + lineEndings(source);
}
