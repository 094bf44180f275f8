import { AI_PROVIDER_RULES } from './ai-providers.ts';
import { BUSINESS_RULES } from './business.ts';
import { CLOUD_RULES } from './cloud.ts';
import { PERSONAL_RULES } from './personal.ts';
import type { Rule } from './rule.ts';
import { SOURCE_HOSTING_RULES } from './source-hosting.ts';
import { STRUCTURE_RULES } from './structure.ts';

/** The table of rules, in the order in which they are asked where several could begin at one place. */
export const RULES: readonly Rule[] = [
  ...STRUCTURE_RULES,
  ...AI_PROVIDER_RULES,
  ...CLOUD_RULES,
  ...SOURCE_HOSTING_RULES,
  ...BUSINESS_RULES,
  ...PERSONAL_RULES,
];
