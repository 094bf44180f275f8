import { createRedactor } from '@codex-proxy/redaction';

/** A sentence without what the built-in rules know: what went wrong quotes what was given, and that may be a token, typed where an id belongs. */
export function masked(sentence: string): string {
  return createRedactor().text(sentence);
}
