import { parseFormat } from '../rules/format.ts';
import type { Rule, RulePattern } from '../rules/rule.ts';
import { isVaried } from '../rules/validate.ts';
import { startsWord } from '../scan/boundary.ts';
import { ANY, charClass, codeAt, has, runStart, type CharClass } from '../scan/char-class.ts';
import { REACH_RIGHT, type Detector, type Tail, type Trigger } from '../scan/detector.ts';
import { isLongLiteral, LONGEST_LITERAL } from '../scan/prefilter.ts';
import { isInDigest } from './digest.ts';
import { distinctnessOf, isBehindWord, isMade } from './glued.ts';

/** The rows of a rule, ready to run: expressions are made sticky, so that they are tried where a literal stands and nowhere else. */
export function createPatternDetectors(rule: Rule): readonly Detector[] {
  const formats = (rule.formats ?? []).flatMap((format) => createFormatDetectors(rule, format));
  return rule.pattern === undefined ? formats : [...formats, createExpressionDetector(rule, rule.pattern)];
}

function createFormatDetectors(rule: Rule, format: string): readonly Detector[] {
  const { literals, source, tail: members, firstRun } = parseFormat(format);
  const expression = new RegExp(source, 'y');
  const type = rule.type ?? rule.id;
  const tail = members === undefined ? undefined : { members };
  return literals.map((literal) => {
    const validate = rule.validate ?? ((secret: string) => isVaried(secret.slice(literal.length)));
    const distinctness = distinctnessOf(literal, firstRun);
    return {
      triggers: [triggerOf(literal, false)],
      startsWord: distinctness === 'none',
      effort: EFFORT_OF_FORMAT,
      find(text, at, floor) {
        const isGlued = distinctness !== 'none' && at !== floor && !startsWord(text, at);
        if (isGlued && !isBehindWord(text, at, floor)) return undefined;
        if (firstRun !== undefined && !isRunLikely(text, at + literal.length, firstRun)) return undefined;
        expression.lastIndex = at;
        if (!expression.test(text)) return undefined;
        const end = expression.lastIndex;
        if (isGlued && !isMade(text.slice(at + literal.length, end), distinctness)) return undefined;
        if (validate(text.slice(at, end), { text, floor, start: at, end }))
          return isInDigest(text, at, floor) ? undefined : { start: at, end, type, tail };
        // A long run is judged once, not again wherever its prefix comes back inside it.
        return end - at > LONGEST_JUDGED_TWICE ? { start: at, end, type: '' } : undefined;
      },
    };
  });
}

/** The beginnings of tokens are no words, and hardly ever stand in a text without the rest: one beside the other is a text made of them. */
const EFFORT_OF_FORMAT = { inVain: 20, inTurns: 600 };
const TURNS_OF_PATTERN = 120;
/** What stands before is gone over, and tried from its start. */
const EFFORT_OF_LEADS = { inVain: 40 };

/** A look at four characters spares most expressions from being tried. */
function isRunLikely(text: string, from: number, { members, min }: { readonly members: CharClass; readonly min: number }): boolean {
  return (
    has(members, codeAt(text, from)) &&
    has(members, codeAt(text, from + min - 1)) &&
    has(members, codeAt(text, from + (min >> 1))) &&
    has(members, codeAt(text, from + (min >> 2)))
  );
}

const LONGEST_JUDGED_TWICE = 64;

function createExpressionDetector(rule: Rule, pattern: RulePattern): Detector {
  const { leads, leadStart, boundary = 'word', precheck, measure, starts, reach } = pattern;
  const expression = new RegExp(pattern.expression.source, `${pattern.expression.flags.replace(/[gyd]/g, '')}y`);
  const { id, type = id, validate } = rule;
  const tail = tailOf(pattern);
  const isOpenEnded = hasOpenQuantifier(expression.source) || mayBeLong(expression.source);

  return {
    triggers: starts === undefined ? pattern.literals.map((literal) => triggerOf(literal, expression.ignoreCase)) : starts,
    startsWord: boundary === 'word' && leads === undefined,
    effort: {
      inTurns: TURNS_OF_PATTERN,
      ...(leads !== undefined && !pattern.literals.every(isLongLiteral) && EFFORT_OF_LEADS),
      ...pattern.effort,
    },
    reach,
    find(text, at, floor) {
      if (precheck !== undefined && !precheck(text, at, floor)) return undefined;
      const start = leads === undefined ? at : runStart(text, at, leads.members, Math.max(floor, at - leads.max));
      if (leads !== undefined && boundary === 'word' && start !== floor && !startsWord(text, start)) return undefined;
      const match = isOpenEnded ? matchWithin(expression, text, start) : matchAt(expression, text, start);
      if (match === null) return undefined;
      const from = leadStart === undefined ? start + (match.groups?.['keep']?.length ?? 0) : leadStart(text, at, floor);
      const end = measure === undefined ? start + match[0].length : measure(text, start);
      if (end < at || end <= from) return undefined;
      if (validate !== undefined && !validate(text.slice(from, end), { text, floor, start: from, end })) return undefined;
      // What was cut off by the reach goes on as far as the word does.
      return { start: from, end, type, tail: tail ?? (end - start >= LONGEST_MATCH ? REST_OF_WORD : undefined) };
    },
  };
}

function tailOf({ tail: members, tailUntil }: RulePattern): Tail | undefined {
  if (members === undefined) return undefined;
  return tailUntil === undefined ? { members } : { members, until: { text: tailUntil, closing: charClass('') } };
}

function triggerOf(literal: string, ignoreCase: boolean): Trigger {
  return literal.length === 1 ? { before: ANY, first: charClass(literal) } : { literal, ignoreCase };
}

function matchAt(expression: RegExp, text: string, start: number): RegExpExecArray | null {
  expression.lastIndex = start;
  return expression.exec(text);
}

const LONGEST_MATCH = REACH_RIGHT - LONGEST_LITERAL;
const REST_OF_WORD = { members: charClass('!-~') };

/** An expression that could go on for ever sees no more than the reach of a detector. */
function matchWithin(expression: RegExp, text: string, start: number): RegExpExecArray | null {
  expression.lastIndex = 0;
  return expression.exec(text.slice(start, start + LONGEST_MATCH));
}

/** Whether a bound is so large, or a repeated group, that a match could be longer than the reach. */
function mayBeLong(source: string): boolean {
  return /\{\d*,?\d{4,}\}|\)\{/.test(source.replace(/\\./g, '_').replace(/\[[^\]]*\]/g, '_'));
}

/** Whether an expression has a quantifier without an upper bound. */
export function hasOpenQuantifier(source: string): boolean {
  return /[*+]|\{\d+,\}/.test(source.replace(/\\./g, '_').replace(/\[[^\]]*\]/g, '_'));
}
