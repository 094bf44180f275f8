import type { Redactor } from '@codex-proxy/redaction';
import type { ProxyClient } from '../proxy-client/proxy-client.ts';
import { createRedactionFilter } from '../redact/redaction-filter.ts';

/** What nothing gets into a bundle without. */
export interface Scrubber {
  /** A JSON document. */
  document(value: unknown): string;
  /** Lines of a log, or any text. */
  lines(text: string): string;
}

/** Secrets and personal data by the rules, content by its keys, and the keys that this program itself holds. */
export function createScrubber(redactor: Redactor, { hideTokens }: Pick<ProxyClient, 'hideTokens'>): Scrubber {
  return {
    document: (value) => `${hideTokens(JSON.stringify(redactor.value(value, 'text'), null, 2))}\n`,
    lines(text) {
      const filter = createRedactionFilter({ redactor, profile: 'log' });
      return filter.push(hideTokens(text)) + filter.end();
    },
  };
}
