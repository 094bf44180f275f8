import { runChild } from '../child.ts';
import { oneCheck } from '../tally/tally.ts';
import type { Stage } from './stage.ts';

/** What npm says where the registry has no audit, or cannot be reached. */
const NO_AUDIT = /audit endpoint returned an error|ENOAUDIT|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT/;

/** Known vulnerabilities of what runs in production, from `high` on. Skipped, and said so, where the registry does not tell. */
export const audit: Stage = async (context, args) => {
  const end = await runChild('npm', ['audit', '--omit=dev', '--audit-level=high', ...args], { ...context, output: 'captured' });
  if (end.code !== 0 && NO_AUDIT.test(end.output)) {
    context.say('audit: skipped, for the registry in use answers no audits');
    return { tally: { passed: 0, failed: 0, skipped: 1 }, output: '' };
  }
  return { tally: oneCheck(end.code), output: end.code === 0 && context.output === 'captured' ? '' : end.output };
};
