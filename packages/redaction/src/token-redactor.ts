import type { Profile } from './profile.ts';
import { createRedactor, type Redactor } from './redactor.ts';

/** Where a token was found, and what it is. Never the token itself. */
export interface TokenSpan {
  /** UTF-16 units from the start of the text. */
  readonly start: number;
  readonly end: number;
  /** What stands between `[redacted:` and `]`. */
  readonly type: string;
}

/**
 * The face of the rules that looks at tokens in a text, one by one: for archives, and for columns such as `prompt_text`. Never throws.
 */
export class TokenRedactor {
  readonly #redactor: Redactor;
  readonly #profile: Profile;

  /** Shares a redactor's rules; by default, the built-in ones under the profile `archive`. */
  constructor(redactor: Redactor = createRedactor(), profile: Profile = 'archive') {
    this.#redactor = redactor;
    this.#profile = profile;
  }

  /** The text with every token replaced by its placeholder; the same string when there is none. */
  redact(text: string): string {
    return this.#redactor.text(text, this.#profile);
  }

  /** Where the tokens are, in order. */
  find(text: string): readonly TokenSpan[] {
    return this.#redactor.find(text, this.#profile);
  }

  /** Whether there is any. */
  contains(text: string): boolean {
    return this.find(text).length > 0;
  }
}
