import { createRedactor, type Redactor } from '@codex-proxy/redaction';
import type { Terminal } from '../terminal/terminal.ts';
import { readRulesFile } from './rules-file.ts';

/**
 * What commands put all that they print through: the built-in rules, and those of the operator in the file that `REDACTION_RULES` names.
 * @throws UsageError where that file cannot be used.
 */
export async function createOperatorRedactor({ environment, readFile }: Pick<Terminal, 'environment' | 'readFile'>): Promise<Redactor> {
  const path = environment['REDACTION_RULES'] ?? '';
  return createRedactor(path === '' ? {} : await readRulesFile(path, readFile));
}
