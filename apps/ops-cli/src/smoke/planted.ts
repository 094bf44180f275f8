import { examplesOf, RULES, type ExampleSource } from '@codex-proxy/redaction';
import { randomInt } from 'node:crypto';
import { createRandomExamples } from '../validate/random.ts';

/** A made-up secret that a smoke sends, to be found nowhere afterwards. */
export interface Planted {
  readonly kind: string;
  /** As it stands in the prompt. */
  readonly text: string;
  /** What may come out nowhere, not even in part. */
  readonly cores: readonly string[];
}

const KINDS = ['github_token', 'openai_key', 'aws_access_key', 'stripe_key'];
const FRAGMENT = 12;

/** Others in each run. */
export function createPlanted(random: ExampleSource = createRandomExamples(randomInt(1, 2_147_483_646))): readonly Planted[] {
  const password = random.pick('A-Za-z0-9', 20);
  const examples = RULES.filter(({ id }) => KINDS.includes(id)).flatMap((rule) => {
    const text = examplesOf(rule, random).at(-1) ?? '';
    return text.length < FRAGMENT ? [] : [{ kind: rule.id, text, cores: fragmentsOf(text) }];
  });
  return [...examples, { kind: 'password', text: `password=${password}`, cores: fragmentsOf(password) }];
}

/** A piece of a secret gives it away too; its beginning is what others have as well. */
function fragmentsOf(text: string): readonly string[] {
  const end = text.slice(-FRAGMENT);
  const middle = text.slice((text.length - FRAGMENT) >> 1).slice(0, FRAGMENT);
  return [...new Set([end, middle])];
}
