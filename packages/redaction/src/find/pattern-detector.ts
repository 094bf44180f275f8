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
  const { literals, source, tail } = parseFormat(format);
  const validate = rule.validate ?? ((secret: string) => isVaried(secret.slice(literals.find((literal) => secret.startsWith(literal))?.length)));
  const pattern: RulePattern = { literals, expression: new RegExp(source), ...(tail === undefined ? {} : { tail }) };
  return createExpressionDetector({ ...rule, validate }, pattern);
}

function createExpressionDetector(rule: Rule, pattern: RulePattern): Detector {
  const { leads, boundary = 'word', tail: members } = pattern;
  const expression = new RegExp(pattern.expression.source, `${pattern.expression.flags.replace(/[gyd]/g, '')}y`);
  const { validate } = rule;
  const tail = members === undefined ? undefined : { members };
  const precheck = pattern.precheck ?? always;

  return {
    triggers: pattern.starts === undefined ? pattern.literals.map((literal) => triggerOf(literal, expression.ignoreCase)) : [pattern.starts],
    startsWord: boundary === 'word' && leads === undefined,
    find(text, at, floor) {
      if (!precheck(text, at)) return undefined;
      const start = leads === undefined ? at : runStart(text, at, leads.members, Math.max(floor, at - leads.max));
      if (leads !== undefined && boundary === 'word' && !startsWord(text, start)) return undefined;
      expression.lastIndex = start;
      const match = expression.exec(text);
      if (match === null) return undefined;
      const kept = match.groups?.['keep']?.length ?? 0;
      const end = start + match[0].length;
      const secret = match[0].slice(kept);
      if (end <= at || (validate !== undefined && !validate(secret, { text, start: start + kept, end }))) return undefined;
      return { start: start + kept, end, type: rule.id, tail };
    },
  };
}

function triggerOf(literal: string, ignoreCase: boolean): Trigger {
  return literal.length === 1 ? { before: ANY, first: charClass(literal) } : { literal, ignoreCase };
}

function always(): boolean {
  return true;
}
