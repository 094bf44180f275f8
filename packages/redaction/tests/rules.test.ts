import { describe, expect, it } from 'vitest';
import { createRedactor, renderRules, ruleRows, RULES } from '../src/index.ts';
import { hasOpenQuantifier } from '../src/find/pattern-detector.ts';
import { LONGEST_LITERAL } from '../src/scan/prefilter.ts';
import { createExamples, examplesOf } from './examples.ts';

const redactor = createRedactor();

describe('the table of rules', () => {
  it('names every rule once', () => {
    const ids = RULES.map((rule) => rule.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  it('gives every rule something to look for and an example', () => {
    for (const rule of RULES) {
      const literals = rule.pattern?.literals ?? [];
      const looksFor = [...(rule.formats ?? []), ...literals, ...(rule.pattern?.starts === undefined ? [] : ['start'])];
      expect(looksFor.length, rule.id).toBeGreaterThan(0);
      expect(examplesOf(rule, createExamples(1)).length, rule.id).toBeGreaterThan(0);
      for (const literal of literals) expect(literal.length).toBeLessThanOrEqual(LONGEST_LITERAL);
    }
  });

  it('bounds every quantifier, so that the work at one place is bounded', () => {
    const open = RULES.filter((rule) => rule.pattern !== undefined && hasOpenQuantifier(rule.pattern.expression.source));
    expect(open.map((rule) => rule.id)).toEqual([]);
  });

  it.each(RULES.map((rule) => [rule.id, rule] as const))('takes out examples of %s', (_, rule) => {
    for (let seed = 1; seed <= 20; seed += 1) {
      for (const example of examplesOf(rule, createExamples(seed * 7919))) {
        for (const text of [example, `before ${example} behind`, `"${example}"`, `line\n${example}\n`]) {
          expect(redactor.text(text, 'archive'), text).toContain('[redacted:');
        }
      }
    }
  });

  it('says what was taken out when nothing else names it', () => {
    const sure = [
      'github_token',
      'gitlab_token',
      'aws_access_key',
      'gcp_api_key',
      'slack_token',
      'stripe_key',
      'openai_key',
      'npm_token',
      'jwt',
      'email',
      'iban',
    ];
    for (const rule of RULES.filter(({ id }) => sure.includes(id))) {
      const example = examplesOf(rule, createExamples(99))[0] ?? '';
      expect(redactor.text(`a ${example} b`)).toBe(`a [redacted:${rule.id}] b`);
    }
  });

  it('prefers the name of a format to that of the key beside it', () => {
    const token = ['ghp', createExamples(5).pick('A-Za-z0-9', 36)].join('_');
    expect(redactor.text(`token = "${token}"`)).toBe('token = "[redacted:github_token]"');
  });

  it('leaves what only stands for a secret', () => {
    for (const text of [
      ['ghp', 'x'.repeat(36)].join('_'),
      'password=${PASSWORD}',
      'token: <your token>',
      'api_key = "YOUR_API_KEY_HERE"',
      'secret: null',
      'Authorization: Bearer $TOKEN',
    ]) {
      expect(redactor.text(text)).toBe(text);
    }
  });
});

describe('the documentation of rules', () => {
  it('has a row for each rule, and for secrets known by their key', () => {
    const rows = ruleRows();
    expect(rows.length).toBeGreaterThan(RULES.length);
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
    const markdown = renderRules();
    for (const { placeholder } of rows) expect(markdown).toContain(`| \`${placeholder}\` |`);
  });
});
