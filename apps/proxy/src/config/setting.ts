import { createRedactor, truncateText } from '@codex-proxy/redaction';
import { z } from 'zod';

/** What the reference says of a variable. */
export interface SettingDetail {
  readonly type: string;
  /** What is accepted, in words; shown when a value is not. */
  readonly accepted: string;
  readonly description: string;
  readonly default: string;
  /** Never echoed. */
  readonly secret: boolean;
}

const LONGEST_SHOWN = 80;

/** The details of each schema that `variable` makes. */
export const SETTING_DETAILS = z.registry<SettingDetail>();

interface Variable<T> extends SettingDetail {
  /** Value when the variable is unset or empty. */
  readonly fallback: T;
  /** `undefined` means that the text is not accepted. */
  readonly parse: (text: string) => T | undefined;
}

function variable<T>(options: Variable<T>): z.ZodType<T> {
  const { fallback, parse, ...detail } = options;
  const schema: z.ZodType<T> = z.unknown().transform((value, context): T => {
    const text = typeof value === 'string' ? value.trim() : '';
    if (text === '') return fallback;
    const parsed = parse(text);
    if (parsed !== undefined) return parsed;
    const shown = detail.secret ? '' : ` (it is ${JSON.stringify(shownValue(text))})`;
    context.addIssue({ code: 'custom', message: `must be ${detail.accepted}${shown}` });
    return z.NEVER;
  });
  return schema.register(SETTING_DETAILS, detail);
}

interface About {
  readonly description: string;
  readonly default?: string;
}

/** It may be the key that was meant for another variable. */
function shownValue(text: string): string {
  return truncateText(createRedactor().text(text), LONGEST_SHOWN);
}

export function integer(about: About & { fallback: number; min: number; max: number; unit?: string }): z.ZodType<number> {
  const { fallback, min, max, unit } = about;
  return variable({
    type: unit === undefined ? 'integer' : `integer (${unit})`,
    accepted: `a whole number from ${String(min)} to ${String(max)}`,
    description: about.description,
    fallback,
    default: about.default ?? String(fallback),
    secret: false,
    parse: (text) => {
      if (!/^\d{1,15}$/.test(text)) return undefined;
      const value = Number(text);
      return value >= min && value <= max ? value : undefined;
    },
  });
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  yes: true,
  on: true,
  false: false,
  '0': false,
  no: false,
  off: false,
};

export function boolean(about: About & { fallback: boolean }): z.ZodType<boolean> {
  return variable({
    type: 'boolean',
    accepted: 'true or false',
    description: about.description,
    fallback: about.fallback,
    default: String(about.fallback),
    secret: false,
    parse: (text) => BOOLEANS[text.toLowerCase()],
  });
}

export function choice<const V extends string>(about: About & { values: readonly V[]; fallback: V }): z.ZodType<V> {
  return variable<V>({
    type: 'choice',
    accepted: `one of ${about.values.join(', ')}`,
    description: about.description,
    fallback: about.fallback,
    default: about.fallback,
    secret: false,
    parse: (text) => about.values.find((value) => value === text.toLowerCase()),
  });
}

export function text(about: About & { pattern?: RegExp; accepted?: string; secret?: boolean }): z.ZodType<string | undefined> {
  return variable<string | undefined>({
    type: 'text',
    accepted: about.accepted ?? 'any text',
    description: about.description,
    fallback: undefined,
    default: about.default ?? '—',
    secret: about.secret ?? false,
    parse: (value) => (about.pattern === undefined || about.pattern.test(value) ? value : undefined),
  });
}

/** A secret that travels in a header: visible ASCII, long enough not to be guessed. */
export function token(about: About): z.ZodType<string | undefined> {
  return text({ ...about, pattern: /^[\x21-\x7e]{8,4096}$/, accepted: 'at least 8 visible ASCII characters without spaces', secret: true });
}

export function url(about: About): z.ZodType<string | undefined> {
  return variable<string | undefined>({
    type: 'URL',
    accepted: HTTP_URL,
    description: about.description,
    fallback: undefined,
    default: about.default ?? '—',
    // It may hold a user and a password, or a key in its query.
    secret: true,
    parse: httpUrl,
  });
}

/** What `httpUrl` accepts, in words. */
export const HTTP_URL = 'an http:// or https:// URL without a query or fragment';

/**
 * Paths are appended to it, which a query or a fragment would swallow.
 * @returns the URL without slashes at its end; undefined when it is none, or of another scheme.
 */
export function httpUrl(value: string): string | undefined {
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  return parsed !== undefined && /^https?:$/.test(parsed.protocol) && !/[?#]/.test(value) ? value.replace(/\/+$/, '') : undefined;
}

export function list(about: About & { item: RegExp; accepted: string }): z.ZodType<readonly string[]> {
  return variable<readonly string[]>({
    type: 'list',
    accepted: about.accepted,
    description: about.description,
    fallback: [],
    default: about.default ?? 'none',
    secret: false,
    parse: (value) => {
      const items = value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
      return items.every((item) => about.item.test(item)) ? items : undefined;
    },
  });
}

const UNITS: Readonly<Record<string, number>> = { b: 1, kb: 1_024, mb: 1_048_576 };

/** A size such as `16mb`, in bytes. */
export function size(about: About & { fallback: number; default: string; max: number }): z.ZodType<number> {
  return variable({
    type: 'size',
    accepted: 'a size such as 512kb or 16mb, up to 256mb',
    description: about.description,
    fallback: about.fallback,
    default: about.default,
    secret: false,
    parse: (value) => {
      const match = /^(\d{1,9})\s*(b|kb|mb)?$/i.exec(value);
      if (match === null) return undefined;
      const bytes = Number(match[1]) * (UNITS[(match[2] ?? 'b').toLowerCase()] ?? 1);
      return bytes > 0 && bytes <= about.max ? bytes : undefined;
    },
  });
}
