import type { KeyPolicy } from '../keys/key-policy.ts';
import { PLACEHOLDER_START } from '../placeholder.ts';
import { IP_ADDRESS_RULE } from '../rules/address.ts';
import { EMAIL_RULE } from '../rules/email.ts';
import { PERSONAL_RULES } from '../rules/personal.ts';
import { createPrivateKeyDetector } from '../rules/private-key.ts';
import type { Rule } from '../rules/rule.ts';
import { SECRET_RULES } from '../rules/rules.ts';
import { charClass, codeAt, runEnd } from '../scan/char-class.ts';
import type { Detector } from '../scan/detector.ts';
import { createArgumentDetector, createFlagDetector } from './arguments.ts';
import { createAssignmentDetector } from './assignment.ts';
import { createCallDetector } from './call.ts';
import { createComparisonDetector } from './comparison.ts';
import { createEncodedDetector } from './encoded.ts';
import { createFallbackDetector } from './fallback.ts';
import { createInsertDetector } from './insert.ts';
import { createKnownFormat } from './known-format.ts';
import { createKubernetesDetector } from './kubernetes.ts';
import { createElementDetector, createPairDetector } from './markup.ts';
import { createLooseAssignmentDetector } from './loose-assignment.ts';
import { createMultipartDetector } from './multipart.ts';
import { createPatternDetectors } from './pattern-detector.ts';
import { createSpacedDetector } from './spaced.ts';
import { createTableDetector } from './table.ts';

export interface DetectorOptions {
  readonly keys: KeyPolicy;
  /** Rules beside the built-in ones; asked first. */
  readonly rules: readonly Rule[];
  readonly personal: PersonalData;
}

/** Which personal data is looked for. Numbers are not, where a key says that they name something. */
export type PersonalData = 'all' | 'all-but-addresses' | 'email';

/** Everything that looks at a text, in the order in which it is asked at one place. */
export function createDetectors({ keys, rules, personal }: DetectorOptions): readonly Detector[] {
  const patterns = [...rules, ...SECRET_RULES].flatMap(createPatternDetectors);
  const judges = { keys, knownFormat: createKnownFormat(patterns) };
  return [
    createPlaceholderDetector(),
    createPrivateKeyDetector(),
    createKubernetesDetector(),
    ...patterns,
    ...personalRules(personal).flatMap(createPatternDetectors),
    createAssignmentDetector(judges),
    createLooseAssignmentDetector(judges),
    createElementDetector(judges),
    createArgumentDetector(judges),
    createFlagDetector(judges),
    createPairDetector(judges),
    createSpacedDetector(judges),
    createTableDetector(judges),
    createEncodedDetector(judges),
    createMultipartDetector(judges),
    createFallbackDetector(judges),
    createComparisonDetector(judges),
    createCallDetector(judges),
    createInsertDetector(judges),
  ];
}

function personalRules(personal: PersonalData): readonly Rule[] {
  switch (personal) {
    case 'all':
      return [...PERSONAL_RULES, IP_ADDRESS_RULE];
    case 'all-but-addresses':
      return PERSONAL_RULES;
    case 'email':
      return [EMAIL_RULE];
  }
}

const LABEL = charClass('a-z0-9_:');

/** Far less than any find, whose placeholder it may be. */
const EFFORT_OF_PLACEHOLDER = 30;

/** What was taken out before stays as it is. */
function createPlaceholderDetector(): Detector {
  return {
    triggers: [{ literal: PLACEHOLDER_START, ignoreCase: false }],
    startsWord: false,
    effort: { found: EFFORT_OF_PLACEHOLDER },
    find(text, at) {
      const end = runEnd(text, at + PLACEHOLDER_START.length, LABEL, at + 96);
      return codeAt(text, end) === 93 ? { start: at, end: end + 1, type: '' } : undefined;
    },
  };
}
