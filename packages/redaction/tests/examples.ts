import { parseFormat } from '../src/rules/format.ts';
import type { ExampleSource, Rule } from '../src/rules/rule.ts';

/** Made-up characters from a seed: the same in every run, and no secret-shaped text in any file. */
export function createExamples(seed: number): ExampleSource {
  let state = seed >>> 0;
  const index = (below: number): number => {
    // xorshift32
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
  return {
    index,
    pick(list, length) {
      const characters = expand(list);
      return Array.from({ length }, () => characters[index(characters.length)]).join('');
    },
  };
}

/** One example of each format of a rule, and its own. */
export function examplesOf(rule: Rule, random: ExampleSource): readonly string[] {
  const formats = (rule.formats ?? []).map((format) => parseFormat(format).example(random));
  return rule.example === undefined ? formats : [...formats, rule.example(random)];
}

function expand(list: string): string {
  let characters = '';
  for (let at = 0; at < list.length; at += 1) {
    const to = list[at + 1] === '-' && at + 2 < list.length ? list.charCodeAt(at + 2) : list.charCodeAt(at);
    for (let code = list.charCodeAt(at); code <= to; code += 1) characters += String.fromCharCode(code);
    if (to !== list.charCodeAt(at) || (list[at + 1] === '-' && at + 2 < list.length)) at += 2;
  }
  return characters;
}
