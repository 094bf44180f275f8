import { mayBeSecret } from '../find/judgement.ts';
import type { KeyPolicy } from '../keys/key-policy.ts';
import { secretPlaceholder } from '../placeholder.ts';
import { charClass, runStart } from '../scan/char-class.ts';

const NAME = charClass('A-Za-z0-9_.:-');
const LONGEST_NAME = 64;
const SHORTEST_VALUE = 3;

/**
 * `["--password", "…"]`, `["set", "API_KEY", "…"]`: what stands behind a name in a list is judged as in the text that the list would be
 * written as. Names are few, and most texts are said to be none without being cut.
 */
export function createArguments(keys: KeyPolicy, redact: (text: string) => string): (name: string, value: string) => unknown {
  return (name, value) => {
    const end = name.length;
    const start = runStart(name, end, NAME, Math.max(0, end - LONGEST_NAME));
    if (value.length < SHORTEST_VALUE || !keys.mayNameSecret(name, start, end) || !mayBeSecret(keys.judge(name.slice(start)))) return value;
    const written = JSON.stringify([name, value]);
    const redacted = redact(written);
    return redacted === written ? value : secondOf(redacted);
  };
}

/** A placeholder needs no escape; should a find have taken a quote along, nothing stays. */
function secondOf(list: string): unknown {
  try {
    const parsed: unknown = JSON.parse(list);
    if (Array.isArray(parsed) && parsed.length === 2) return parsed[1];
  } catch {
    // Falls through to the placeholder.
  }
  return secretPlaceholder('secret');
}
