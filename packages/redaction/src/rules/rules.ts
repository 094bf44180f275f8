import { AI_PROVIDER_RULES } from './ai-providers.ts';
import { BUSINESS_RULES } from './business.ts';
import { CLOUD_RULES } from './cloud.ts';
import { COMMAND_RULES } from './command.ts';
import { IP_ADDRESS_RULE } from './address.ts';
import { ENDPOINT_RULES } from './endpoint.ts';
import { LOGIN_RULES } from './login.ts';
import { OPTION_RULE } from './option.ts';
import { PERSONAL_RULES } from './personal.ts';
import { PROSE_RULES } from './prose.ts';
import { PRIVATE_KEY_RULE } from './private-key.ts';
import type { Rule } from './rule.ts';
import { TOLD_RULES } from './told.ts';
import { SOURCE_HOSTING_RULES } from './source-hosting.ts';
import { STRUCTURE_RULES } from './structure.ts';

/** Secrets, in the order in which they are asked where several could begin at one place. */
export const SECRET_RULES: readonly Rule[] = [
  ...STRUCTURE_RULES,
  ...COMMAND_RULES,
  OPTION_RULE,
  ...LOGIN_RULES,
  ...PROSE_RULES,
  ...TOLD_RULES,
  ...ENDPOINT_RULES,
  ...AI_PROVIDER_RULES,
  ...CLOUD_RULES,
  ...SOURCE_HOSTING_RULES,
  ...BUSINESS_RULES,
];

/** The table of everything that is looked for by its form. */
export const RULES: readonly Rule[] = [PRIVATE_KEY_RULE, ...SECRET_RULES, ...PERSONAL_RULES, IP_ADDRESS_RULE];
