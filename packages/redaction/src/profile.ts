/** How much may be kept, by the place that is written to. */
export type Profile = 'log' | 'trace' | 'archive' | 'text';

/**
 * `replace`: the value of a content key becomes one placeholder. `shape`: its structure stays, every text and number in it becomes a
 * placeholder. `keep`: it stays, and is searched for secrets and personal data as any other text.
 */
export type ContentPolicy = 'replace' | 'shape' | 'keep';

export interface ProfileDefinition {
  readonly description: string;
  readonly content: ContentPolicy;
  /** Whether IP addresses count as personal data. Loopback and private addresses never do. */
  readonly ipAddresses: boolean;
}

/** Every profile takes out secrets and personal data; they differ in what becomes of customer content. */
export const PROFILES = {
  log: { description: 'Log records: no content at all.', content: 'replace', ipAddresses: false },
  trace: { description: 'Trace artifacts: the structure of content without its text.', content: 'shape', ipAddresses: false },
  archive: {
    description: 'Archived rows: content stays, searched for secrets and personal data, IP addresses too.',
    content: 'keep',
    ipAddresses: true,
  },
  text: { description: 'Free text: what is to be pasted or shown.', content: 'keep', ipAddresses: false },
} as const satisfies Record<Profile, ProfileDefinition>;
