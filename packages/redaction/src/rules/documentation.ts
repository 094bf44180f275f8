import { PROFILES } from '../profile.ts';
import { RULES } from './rules.ts';

/** A row of the documentation of rules. */
export interface RuleRow {
  readonly id: string;
  /** What stands in a redacted text. */
  readonly placeholder: string;
  readonly description: string;
  /** The formats or the literals that a match begins with. */
  readonly looksFor: readonly string[];
}

/** Secrets that are known by the key beside them rather than by their own form. */
const KEY_ROWS: readonly (readonly [id: string, description: string])[] = [
  ['password', 'The value of a key such as password, passwd, pwd or passphrase.'],
  ['token', 'The value of a key such as token, access_token or jwt.'],
  ['api_key', 'The value of a key such as api_key, access_key or the key of a known service.'],
  ['secret', 'The value of a key such as secret or client_secret, and random values beside keys such as auth or key.'],
  ['credential', 'The value of a key such as credentials.'],
  ['authorization', 'The value of an authorization header; its scheme stays.'],
  ['cookie', 'The value of a cookie header.'],
  ['connection_string', 'The value of a key such as dsn or connection_string.'],
  ['webhook_url', 'The value of a key such as webhook_url.'],
  ['recovery_code', 'The values of a key such as recovery_codes or backup_codes.'],
  ['kubernetes_secret', 'The values of `data` and `stringData` in a Secret of Kubernetes, whatever their keys are called.'],
  ['security_code', 'The value of a key such as cvv or pin.'],
];

/** Every rule, for `docs/reference`: those known by their form, then those known by their key. */
export function ruleRows(): readonly RuleRow[] {
  const rows = new Map<string, RuleRow>();
  for (const { id, type = id, description, formats = [], pattern } of RULES) {
    const looksFor = [...formats, ...(pattern?.literals ?? []), ...new Set((pattern?.starts ?? []).map(({ shown = 'a number' }) => shown))];
    rows.set(id, { id, placeholder: `[redacted:${type}]`, description, looksFor });
  }
  for (const [id, description] of KEY_ROWS) {
    const known = rows.get(id);
    const looksFor = [...(known?.looksFor ?? []), 'key = value'];
    rows.set(id, {
      id,
      placeholder: `[redacted:${id}]`,
      description: known === undefined ? description : `${known.description} ${description}`,
      looksFor,
    });
  }
  return [...rows.values()];
}

/** The rules and the profiles as Markdown. */
export function renderRules(): string {
  const profiles = Object.entries(PROFILES).map(
    ([name, { description, content, ipAddresses }]) =>
      `| \`${name}\` | ${description} | ${content} | ${ipAddresses ? 'taken out' : 'kept'} |`,
  );
  const rules = ruleRows().map(({ placeholder, description, looksFor }) => {
    const begins = looksFor.map((text) => `\`${text}\``).join(' ');
    return `| ${[`\`${placeholder}\``, description, begins].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return [
    '| profile | for | content | IP addresses |',
    '|---|---|---|---|',
    ...profiles,
    '',
    '| placeholder | what | looks for |',
    '|---|---|---|',
    ...rules,
    '',
  ].join('\n');
}
