import { isStandIn } from '../find/stand-in.ts';

/** A word of a command line, which a password may not be. */
const WORDS = /^(?:password|passwd|pass|none|null|true|false|yes|no|ok|required|failed|default|string|ping|cmd|plain|login|xoauth2|-.*)$/i;

/** What stands where a command takes a password: not an option, not a variable, not a word that documents one. */
export function isGiven(secret: string): boolean {
  return !isStandIn(secret) && !WORDS.test(secret) && !/^[/-]/.test(secret) && /[\d!@#%^*_+=.~-]|[a-z][A-Z]/.test(secret);
}
