import { readOperatorRules, RedactionConfigurationError, type RedactorOptions } from '@codex-proxy/redaction';
import { causeOf, UsageError } from '../errors.ts';

/**
 * Reads the rules that an operator wrote, in the form that `readOperatorRules` describes.
 * @throws UsageError that says where the file is wrong and quotes nothing of it: a rule may hold what it is to find.
 */
export async function readRulesFile(path: string, readFile: (path: string) => Promise<string>): Promise<RedactorOptions> {
  let text: string;
  try {
    text = await readFile(path);
  } catch (error) {
    throw new UsageError(`the rules in ${path} cannot be read (${causeOf(error)})`);
  }
  let configuration: unknown;
  try {
    configuration = JSON.parse(text);
  } catch {
    throw new UsageError(`the rules in ${path} are not JSON`);
  }
  try {
    return await readOperatorRules(configuration);
  } catch (error) {
    if (!(error instanceof RedactionConfigurationError)) throw error;
    throw new UsageError(`the rules in ${path} cannot be used: ${error.problems.map(withoutQuotation).join('; ')}`);
  }
}

const PLACE = /^((?:rules(?:\[\d+\](?:\.[a-zA-Z]+)?)?|safeKeys|secretKeys|contentKeys): )(.*)$/s;

/** A problem without the pattern or the key that it is about. */
function withoutQuotation(problem: string): string {
  const [, place, what = ''] = PLACE.exec(problem) ?? [];
  if (place !== undefined) return what.startsWith('Invalid regular expression') ? `${place}does not compile` : problem;
  return problem.endsWith(': is not known') ? 'a key beside rules, safeKeys, secretKeys and contentKeys is not known' : problem;
}
