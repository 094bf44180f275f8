import { RedactionConfigurationError } from '../errors.ts';
import type { RedactorOptions } from '../redactor.ts';
import type { Rule } from '../rules/rule.ts';
import { LONGEST_LITERAL } from '../scan/prefilter.ts';
import { mayBeginWith } from './literal-judge.ts';
import { judgePattern } from './pattern-judge.ts';

/**
 * Reads what an operator configured: `{rules?, safeKeys?, secretKeys?, contentKeys?}`, where a rule is
 * `{id, description?, literals, pattern, ignoreCase?}`. `literals` are texts with which every match of `pattern` begins, of three
 * characters or more; what a group named `keep` at the start of the pattern matches stays.
 *
 * Rejects with a `RedactionConfigurationError` that lists every problem: a wrong shape, a pattern that does not compile, that can match
 * nothing, that cannot begin with one of its literals, or whose matching can take longer than linear time (judged by recheck, https://makenowjust-labs.github.io/recheck/).
 */
export async function readOperatorRules(
  configuration: unknown,
): Promise<Required<Pick<RedactorOptions, 'rules' | 'safeKeys' | 'secretKeys' | 'contentKeys'>>> {
  const problems: string[] = [];
  if (!isRecord(configuration))
    throw new RedactionConfigurationError(['an object with rules, safeKeys, secretKeys or contentKeys was expected']);
  for (const name of Object.keys(configuration)) {
    if (!['rules', 'safeKeys', 'secretKeys', 'contentKeys'].includes(name)) problems.push(`${name}: is not known`);
  }
  const keys = (name: string): readonly string[] => readTexts(configuration[name], name, 1, problems);
  const [safeKeys, secretKeys, contentKeys] = [keys('safeKeys'), keys('secretKeys'), keys('contentKeys')];
  const rules: Rule[] = [];
  const entries: unknown = configuration['rules'] ?? [];
  if (!Array.isArray(entries)) problems.push('rules: an array was expected');
  else for (const [at, entry] of entries.entries()) rules.push(...(await readRule(entry, `rules[${at}]`, problems)));
  if (problems.length > 0) throw new RedactionConfigurationError(problems);
  return { rules, safeKeys, secretKeys, contentKeys };
}

async function readRule(entry: unknown, where: string, problems: string[]): Promise<readonly Rule[]> {
  if (!isRecord(entry)) {
    problems.push(`${where}: an object was expected`);
    return [];
  }
  const { id, pattern, ignoreCase = false, description = '' } = entry;
  const literals = readTexts(entry['literals'], `${where}.literals`, 3, problems);
  if (literals.length === 0) problems.push(`${where}.literals: at least one is needed`);
  if (literals.some((literal) => literal.length > LONGEST_LITERAL))
    problems.push(`${where}.literals: at most ${LONGEST_LITERAL} characters each`);
  if (typeof id !== 'string' || !/^[a-z][a-z0-9_]{0,40}$/.test(id)) problems.push(`${where}.id: a name in snake case was expected`);
  if (typeof ignoreCase !== 'boolean') problems.push(`${where}.ignoreCase: true or false was expected`);
  if (typeof pattern !== 'string' || pattern === '' || pattern.length > 1024) {
    problems.push(`${where}.pattern: a regular expression of at most 1024 characters was expected`);
    return [];
  }
  const judged = await judgePattern(pattern, ignoreCase === true ? 'i' : '');
  if ('problem' in judged) {
    problems.push(`${where}.pattern: ${judged.problem}`);
    return [];
  }
  for (const literal of literals) {
    if (!(await mayBeginWith(judged.expression, literal)))
      problems.push(
        `${where}.literals: no match of the pattern can begin with ${JSON.stringify(literal)}, so that the rule would find nothing there`,
      );
  }
  return [{ id: String(id), description: String(description), pattern: { literals, expression: judged.expression } }];
}

function readTexts(value: unknown, where: string, shortest: number, problems: string[]): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((text: unknown) => typeof text === 'string' && text.length >= shortest)) return value.map(String);
  problems.push(`${where}: an array of texts of at least ${shortest} characters was expected`);
  return [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
