import { createDetectors, type PersonalData } from './find/detectors.ts';
import { createKeyPolicy, type KeyPolicy } from './keys/key-policy.ts';
import { FAILED } from './placeholder.ts';
import { PROFILES, type Profile, type ProfileDefinition } from './profile.ts';
import type { Rule } from './rules/rule.ts';
import { createScanner, type Scanner } from './scan/scanner.ts';
import { createKeyLineScanner, createKeyLineStream } from './stream/key-lines.ts';
import { createTextStream, joined, type StreamOptions, type TextStreamRedactor } from './stream/text-stream.ts';
import { createFields } from './value/field.ts';
import { redactJson } from './value/json.ts';
import { settled } from './value/settled.ts';
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
  /** A text that arrives in pieces. Default profile `text`. @throws {RangeError} for a profile that there is not. */
  stream(profile?: Profile, options?: StreamOptions): TextStreamRedactor;
  /** A flat record for a log, without getters: profile `log`, the same object when nothing was found. The fast path. */
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
  const scannerOf = onceFor((personal: PersonalData) => createKeyLineScanner(createScanner(createDetectors({ keys, rules, personal }))));
  const identifier = (text: string): string => scannerOf('email').redact(text);
  const scanners = onceFor((profile: Profile) => scannerOf(definitionOf(profile).ipAddresses ? 'all' : 'all-but-addresses'));
  const values = onceFor((profile: Profile) => createProfileValues(profile, scanners(profile), identifier, keys));

  function reportFailure(operation: keyof Redactor): void {
    try {
      options.onFailure?.({ operation });
    } catch {
      // Who listens may not make redaction throw.
    }
  }

  function guarded<T>(operation: keyof Redactor, redact: () => T, failed: T): T {
    try {
      return redact();
    } catch {
      reportFailure(operation);
      return failed;
    }
  }

  return {
    text: (text, profile = 'text') => guarded('text', () => scanners(profile).redact(asText(text)), FAILED),
    value: (value, profile = 'log') => guarded('value', () => values(profile)(value), FAILED),
    json: (line, profile = 'log') =>
      guarded(
        'json',
        () => settled(asText(line), (each) => redactJson(each, values(profile), scanners(profile).redact)),
        JSON.stringify(FAILED),
      ),
    find: (text, profile = 'text') => guarded('find', () => scanners(profile).list(asText(text)), []),
    stream: (profile = 'text', streamOptions = {}) =>
      guardStream(joined(createKeyLineStream(), joined(createTextStream(scanners(profile), streamOptions), createKeyLineStream())), () =>
        reportFailure('stream'),
      ),
    headers: (headers, profile = 'log') => guarded('headers', () => redactHeaders(headers, values(profile)), {}),
    logRecord(record) {
      try {
        const redacted = values('log')(record, 'flat');
        return isFormOf(record, redacted) ? redacted : withoutValues(record);
      } catch {
        reportFailure('logRecord');
        return withoutValues(record);
      }
    },
  };
}

/** Who writes no TypeScript may hand in anything: what is no text has a redaction of its own, `value`. */
function asText(text: unknown): string {
  if (typeof text !== 'string') throw new TypeError('only a text is redacted as one');
  return text;
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

/** Who writes no TypeScript may ask for any profile. */
function definitionOf(profile: Profile): ProfileDefinition {
  const definition: ProfileDefinition | undefined = Object.hasOwn(PROFILES, profile) ? PROFILES[profile] : undefined;
  if (definition === undefined) throw new RangeError(`there is no profile ${profile}: ${Object.keys(PROFILES).join(', ')}`);
  return definition;
}

/** What takes milliseconds to make is made when it is first needed. */
function onceFor<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

function createProfileValues(profile: Profile, { redact }: Scanner, identifier: (text: string) => string, keys: KeyPolicy): ValueRedactor {
  return createValueRedactor({ content: PROFILES[profile].content, text: redact, identifier, field: createFields(keys, redact), keys });
}

function redactHeaders(headers: HeaderValues, redact: ValueRedactor): Record<string, string | string[]> {
  const redacted: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    const judged = redact({ [name]: typeof value === 'number' ? String(value) : value });
    for (const [key, kept] of Object.entries(typeof judged === 'object' && judged !== null ? judged : {}) satisfies [string, unknown][]) {
      if (typeof kept === 'string') redacted[key] = kept;
      else if (Array.isArray(kept)) redacted[key] = kept.map(String);
    }
  }
  return redacted;
}

/** A record keeps its fields; what was taken out of them is text in their place. */
function isFormOf<T extends object>(record: T, redacted: unknown): redacted is T {
  return redacted === record || (typeof redacted === 'object' && redacted !== null);
}

/** A record that cannot be judged: its keys, which are the program's own, and nothing else. */
function withoutValues<T extends object>(record: T): T {
  const failed: unknown = Object.fromEntries(keysOf(record).map((key) => [key, FAILED]));
  return isFormOf(record, failed) ? failed : record;
}

function keysOf(record: object): readonly string[] {
  try {
    return Object.keys(record);
  } catch {
    return [];
  }
}

/** A stream that redacts under a redactor's rules; see `TextStreamRedactor`. */
export function createTextStreamRedactor(redactor: Redactor = createRedactor(), profile: Profile = 'text'): TextStreamRedactor {
  return redactor.stream(profile);
}
