import { readFile } from 'node:fs/promises';
import { readOperatorRules, RedactionConfigurationError, type RedactorOptions } from '@codex-proxy/redaction';
import { ConfigurationError } from './errors.ts';

/**
 * Reads the file that `REDACTION_RULES` names; nothing when it names none.
 * @throws ConfigurationError with every problem of the file: what cannot be read, is no JSON, or is no rule that is safe to run.
 */
export async function readRedactionRules(path: string | undefined): Promise<RedactorOptions> {
  if (path === undefined) return {};
  try {
    return await readOperatorRules(parseJson(await readFile(path, 'utf8')));
  } catch (error) {
    const problems = error instanceof RedactionConfigurationError ? error.problems : [reasonOf(error)];
    throw new ConfigurationError(problems.map((problem) => `REDACTION_RULES (${path}): ${problem}`));
  }
}

/** Without the words of the parser, which quote the file. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError('is not JSON');
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return error.message;
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return `cannot be read${typeof code === 'string' ? ` (${code})` : ''}`;
}
