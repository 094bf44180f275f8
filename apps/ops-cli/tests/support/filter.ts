import { createRedactor, type Profile } from '@codex-proxy/redaction';
import { createRedactionFilter, type RedactionFilterOptions } from '@codex-proxy/ops-cli';

const redactor = createRedactor();

export function filtered(text: string, profile: Profile = 'text', options: Partial<RedactionFilterOptions> = {}): string {
  const filter = createRedactionFilter({ redactor, profile, ...options });
  return filter.push(text) + filter.end();
}

/** The same, cut into pieces of the sizes given, over and over. */
export function filteredInPieces(
  text: string,
  sizes: readonly number[],
  profile: Profile,
  options: Partial<RedactionFilterOptions> = {},
): string {
  const filter = createRedactionFilter({ redactor, profile, ...options });
  let output = '';
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    output += filter.push(text.slice(at, at + size));
    at += size;
  }
  return output + filter.end();
}

/** All line endings of a text, in order. */
export function endings(text: string): string {
  return text.match(/\r?\n/g)?.join('') ?? '';
}
