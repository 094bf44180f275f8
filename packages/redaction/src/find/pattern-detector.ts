import { parseFormat } from '../rules/format.ts';
import type { Rule, RulePattern } from '../rules/rule.ts';
import { isVaried } from '../rules/validate.ts';
import { startsWord } from '../scan/boundary.ts';
import { ANY, charClass, runStart } from '../scan/char-class.ts';
import type { Detector, Trigger } from '../scan/detector.ts';

/** The rows of a rule, ready to run: expressions are made sticky, so that they are tried where a literal stands and nowhere else. */
export function createPatternDetectors(rule: Rule): readonly Detector[] {
  const formats = (rule.formats ?? []).map((format) => createFormatDetector(rule, format));
  return rule.pattern === undefined ? formats : [...formats, createExpressionDetector(rule, rule.pattern)];
}

function createFormatDetector(rule: Rule, format: string): Detector {
  const { literals, source, tail: members } = parseFormat(format);
  const expression = new RegExp(source, 'y');
  const prefixLength = Math.min(...literals.map((literal) => literal.length));
  const validate = rule.validate ?? ((secret: string) => isVaried(secret.slice(prefixLength)));
  const tail = members === undefined ? undefined : { members };
  return {
    triggers: literals.map((literal) => triggerOf(literal, false)),
    startsWord: true,
    find(text, at) {
      expression.lastIndex = at;
      if (!expression.test(text)) return undefined;
      const end = expression.lastIndex;
      if (validate(text.slice(at, end), { text, start: at, end })) return { start: at, end, type: rule.id, tail };
      // A long run is judged once, not again wherever its prefix comes back inside it.
      return end - at > LONGEST_JUDGED_TWICE ? { start: at, end, type: '' } : undefined;
    },
  };
}

const LONGEST_JUDGED_TWICE = 64;

function createExpressionDetector(rule: Rule, pattern: RulePattern): Detector {
  const { leads, boundary = 'word', precheck, starts, tail: members } = pattern;
  const expression = new RegExp(pattern.expression.source, `${pattern.expression.flags.replace(/[gyd]/g, '')}y`);
  const { validate } = rule;
  const tail = members === undefined ? undefined : { members };

  return {
    triggers: starts === undefined ? pattern.literals.map((literal) => triggerOf(literal, expression.ignoreCase)) : [starts],
    startsWord: boundary === 'word' && leads === undefined,
    find(text, at, floor) {
      if (precheck !== undefined && !precheck(text, at)) return undefined;
      const start = leads === undefined ? at : runStart(text, at, leads.members, Math.max(floor, at - leads.max));
      if (leads !== undefined && boundary === 'word' && !startsWord(text, start)) return undefined;
      expression.lastIndex = start;
      const match = expression.exec(text);
      if (match === null) return undefined;
      const kept = match.groups?.['keep']?.length ?? 0;
      const end = start + match[0].length;
      if (end <= at || (validate !== undefined && !validate(match[0].slice(kept), { text, start: start + kept, end }))) return undefined;
      return { start: start + kept, end, type: rule.id, tail };
    },
  };
}

function triggerOf(literal: string, ignoreCase: boolean): Trigger {
  return literal.length === 1 ? { before: ANY, first: charClass(literal) } : { literal, ignoreCase };
}
