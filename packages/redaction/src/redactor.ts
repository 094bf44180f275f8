import { createKeyPolicy, type KeyPolicy } from './keys/key-policy.ts';
import { FAILED } from './placeholder.ts';
import { PROFILES, type Profile } from './profile.ts';
import { createDetectors } from './find/detectors.ts';
import type { Rule } from './rules/rule.ts';
import { createScanner, type Scanner } from './scan/scanner.ts';
import { createFields } from './value/field.ts';
import { createTextStream, type TextStreamRedactor } from './stream/text-stream.ts';
import { redactJson } from './value/json.ts';
import { createValueRedactor, type ValueRedactor } from './value/value-redactor.ts';

/** Header values as Node and `fetch` give them. */
export type HeaderValues = Readonly<Record<string, string | readonly string[] | number | undefined>>;

/** Takes secrets, personal data and customer content out. No method throws: what cannot be judged becomes `[redacted:failed]`. */
export interface Redactor {
  /** Free text. The same string when nothing was found. Default profile `text`. */
  text(text: string, profile?: Profile): string;
  /** Any value. The same value when nothing was found and JSON can write it, else a copy that JSON can write. Default `log`. */
  value(value: unknown, profile?: Profile): unknown;
  /** One JSON text in, one out; what is not JSON is redacted as text. Default `log`. */
  json(line: string, profile?: Profile): string;
  /** Header fields, by name and by value. Default `log`. */
  headers(headers: HeaderValues, profile?: Profile): Record<string, string | string[]>;
  /** Where `text` would take something out, in order. */
  find(text: string, profile?: Profile): readonly { readonly start: number; readonly end: number; readonly type: string }[];
  /** A text that arrives in pieces. Default profile `text`. */
  stream(profile?: Profile): TextStreamRedactor;
  /** A flat record for a log: profile `log`, the same object when nothing was found. The fast path. */
  logRecord<T extends object>(record: T): T;
}

export interface RedactorOptions {
  /** Rules beside the built-in ones. */
  readonly rules?: readonly Rule[];
  /** Keys whose values are never taken out for the key's sake, in any spelling. */
  readonly safeKeys?: readonly string[];
  /** Keys whose values are always secret. */
  readonly secretKeys?: readonly string[];
  /** Keys whose values are customer content. */
  readonly contentKeys?: readonly string[];
  /** Called when a value was dropped because judging it failed. Gets no part of the value. */
  readonly onFailure?: (failure: { readonly operation: keyof Redactor }) => void;
}

/** Builds a redactor: compiles the rules and the tables once. Keep it and use it for everything. */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  const keys = createKeyPolicy(options);
  const rules = options.rules ?? [];
  const plain = createScanner(createDetectors({ keys, rules, personal: 'all-but-addresses' }));
  const withAddresses = createScanner(createDetectors({ keys, rules, personal: 'all' }));
  const identifier = createScanner(createDetectors({ keys, rules, personal: 'email' })).redact;
  const scanners = byProfile((profile) => (PROFILES[profile].ipAddresses ? withAddresses : plain));
  const values = byProfile((profile) => createProfileValues(profile, scanners[profile], identifier, keys));

  function guarded<T>(operation: keyof Redactor, redact: () => T, failed: T): T {
    try {
      return redact();
    } catch {
      options.onFailure?.({ operation });
      return failed;
    }
  }

  return {
    text: (text, profile = 'text') => guarded('text', () => scanners[profile].redact(text), FAILED),
    value: (value, profile = 'log') => guarded('value', () => values[profile](value), FAILED),
    json: (line, profile = 'log') => guarded('json', () => redactJson(line, values[profile], scanners[profile].redact), JSON.stringify(FAILED)),
    find: (text, profile = 'text') => guarded('find', () => scanners[profile].list(text), []),
    stream: (profile = 'text') => guardStream(createTextStream(scanners[profile]), () => options.onFailure?.({ operation: 'stream' })),
    headers: (headers, profile = 'log') => guarded('headers', () => redactHeaders(headers, values[profile]), {}),
    logRecord(record) {
      try {
        const redacted = values.log(record);
        return redacted === record ? record : withValues(record, redacted);
      } catch {
        options.onFailure?.({ operation: 'logRecord' });
        return withValues(record, undefined);
      }
    },
  };
}

/** A stream that failed once cannot be trusted with the rest. */
function guardStream(stream: TextStreamRedactor, onFailure: () => void): TextStreamRedactor {
  let hasFailed = false;
  const guarded = (advance: () => string): string => {
    if (hasFailed) return '';
    try {
      return advance();
    } catch {
      hasFailed = true;
      onFailure();
      return FAILED;
    }
  };
  return {
    push: (chunk) => guarded(() => stream.push(chunk)),
    end: () => guarded(() => stream.end()),
    get heldBack() {
      return stream.heldBack;
    },
  };
}

function byProfile<T>(make: (profile: Profile) => T): Record<Profile, T> {
  return { log: make('log'), trace: make('trace'), archive: make('archive'), text: make('text') };
}

function createProfileValues(profile: Profile, { redact }: Scanner, identifier: (text: string) => string, keys: KeyPolicy): ValueRedactor {
  return createValueRedactor({ content: PROFILES[profile].content, text: redact, identifier, field: createFields(keys, redact) });
}

function redactHeaders(headers: HeaderValues, redact: ValueRedactor): Record<string, string | string[]> {
  const redacted: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    const judged = redact({ [name]: value });
    const kept: unknown = typeof judged === 'object' && judged !== null ? Object.values(judged)[0] : undefined;
    if (kept === undefined) continue;
    redacted[name] = Array.isArray(kept) ? kept.map(String) : String(kept);
  }
  return redacted;
}

/** The record's shape with the redacted values; without those, every value that could hold anything is dropped. */
function withValues<T extends object>(record: T, redacted: unknown): T {
  const copy = { ...record };
  const source = typeof redacted === 'object' && redacted !== null ? redacted : {};
  for (const key of Object.keys(copy)) Reflect.set(copy, key, key in source ? Reflect.get(source, key) : FAILED);
  return copy;
}

/** A stream that redacts under a redactor's rules; see `TextStreamRedactor`. */
export function createTextStreamRedactor(redactor: Redactor = createRedactor(), profile: Profile = 'text'): TextStreamRedactor {
  return redactor.stream(profile);
}
