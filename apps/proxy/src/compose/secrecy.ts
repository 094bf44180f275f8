import type { LogFields } from '@codex-proxy/contracts';
import { createRedactor, type Redactor, type RedactorOptions } from '@codex-proxy/redaction';
import type { Configuration } from '../config/configuration.ts';
import type { Credentials } from '../config/credentials.ts';
import type { Environment } from '../config/read-configuration.ts';
import { hideInRecord, hideSecrets } from '../observe/known-secrets.ts';

/** What keeps secrets out of all that is written: redaction by rules, and this proxy's own keys, whatever they look like. */
export interface Secrecy {
  /** The operator's rules: other threads build redactors of their own with them. */
  readonly rules: RedactorOptions;
  readonly redactor: Redactor;
  /** Takes this proxy's own keys out of a text. */
  readonly hide: (text: string) => string;
  /** A text that is to be logged. */
  readonly redactText: (text: string) => string;
  /** A record that is to be logged. */
  readonly redactRecord: <T extends LogFields>(record: T) => T;
}

export interface SecrecyParts {
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly credentials: Credentials;
  readonly rules: RedactorOptions;
}

export function createSecrecy({ configuration, environment, credentials, rules }: SecrecyParts): Secrecy {
  const redactor = createRedactor(rules);
  const hide = hideSecrets([
    credentials.apiKey,
    credentials.adminToken,
    configuration.PROXY_METRICS_TOKEN,
    configuration.PROXY_PROVIDER_API_KEY,
    environment.OPENAI_API_KEY,
  ]);
  return {
    rules,
    redactor,
    hide,
    redactText: (text) => redactor.text(hide(text), 'log'),
    redactRecord: (record) => redactor.logRecord(hideInRecord(record, hide)),
  };
}
