import { parseFormat } from './format.ts';
import type { ExampleSource, Rule } from './rule.ts';

/** Made-up texts that a rule takes out: one of each of its formats, and its own. */
export function examplesOf(rule: Rule, random: ExampleSource): readonly string[] {
  const formats = (rule.formats ?? []).map((format) => parseFormat(format).example(random));
  return rule.example === undefined ? formats : [...formats, rule.example(random)];
}
