import type { KeyPolicy } from '../keys/key-policy.ts';
import { PLACEHOLDER_START } from '../placeholder.ts';
import { IP_ADDRESS_RULE } from '../rules/personal.ts';
import { createPrivateKeyDetector } from '../rules/private-key.ts';
import type { Rule } from '../rules/rule.ts';
import { RULES } from '../rules/rules.ts';
import { charClass, runEnd } from '../scan/char-class.ts';
import type { Detector } from '../scan/detector.ts';
import {
  createArgumentDetector,
  createAssignmentDetector,
  createElementDetector,
  createFlagDetector,
  createPairDetector,
  createSpacedDetector,
} from './assignment.ts';
import { createPatternDetectors } from './pattern-detector.ts';

export interface DetectorOptions {
  readonly keys: KeyPolicy;
  /** Rules beside the built-in ones; asked first. */
  readonly rules: readonly Rule[];
  readonly ipAddresses: boolean;
}

/** Everything that looks at a text, in the order in which it is asked at one place. */
export function createDetectors({ keys, rules, ipAddresses }: DetectorOptions): readonly Detector[] {
  const table = [...rules, ...RULES, ...(ipAddresses ? [IP_ADDRESS_RULE] : [])];
  return [
    createPlaceholderDetector(),
    createPrivateKeyDetector(),
    ...table.flatMap(createPatternDetectors),
    createAssignmentDetector(keys),
    createElementDetector(keys),
    createArgumentDetector(keys),
    createFlagDetector(keys),
    createPairDetector(keys),
    createSpacedDetector(keys),
  ];
}

const LABEL = charClass('a-z0-9_:');

/** What was taken out before stays as it is. */
function createPlaceholderDetector(): Detector {
  return {
    triggers: [{ literal: PLACEHOLDER_START, ignoreCase: false }],
    startsWord: false,
    find(text, at) {
      const end = runEnd(text, at + PLACEHOLDER_START.length, LABEL, at + 96);
      return text.charCodeAt(end) === 93 ? { start: at, end: end + 1, type: '' } : undefined;
    },
  };
}
