import { describe, expect, it } from 'vitest';
import { createRedactor, readOperatorRules, RedactionConfigurationError } from '../src/index.ts';

async function problemsOf(configuration: unknown): Promise<readonly string[]> {
  try {
    await readOperatorRules(configuration);
  } catch (error) {
    if (error instanceof RedactionConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('rules of an operator', () => {
  it('are added to the built-in ones', async () => {
    const configuration = await readOperatorRules({
      rules: [{ id: 'badge', description: 'Badge numbers.', literals: ['BADGE-'], pattern: '(?<keep>BADGE-)[0-9]{6}(?![0-9])' }],
      safeKeys: ['public_token'],
    });
    const redactor = createRedactor(configuration);
    expect(redactor.text('seen BADGE-123456 at the door')).toBe('seen BADGE-[redacted:badge] at the door');
    expect(redactor.value({ public_token: 'abc', password: 'short' }, 'text')).toEqual({
      public_token: 'abc',
      password: '[redacted:password]',
    });
  });

  it('ignore case when told to', async () => {
    const redactor = createRedactor(
      await readOperatorRules({ rules: [{ id: 'badge', literals: ['badge-'], pattern: 'badge-[0-9]{6}', ignoreCase: true }] }),
    );
    expect(redactor.text('Badge-123456')).toBe('[redacted:badge]');
  });

  it.each([['(a+)+b'], ['(?:a|aa)*b'], ['x[a-z]*y[a-z]*z'], ['abc\\w*!'], ['[a-z]{1,300}@[a-z]{1,300}z']])(
    'are refused when matching can take more than linear time: %s',
    async (pattern) => {
      const [problem] = await problemsOf({ rules: [{ id: 'slow', literals: ['abc'], pattern }] });
      expect(problem).toMatch(/^rules\[0\]\.pattern: (can take|could not be proved)/);
    },
  );

  it.each([
    ['BADGE-', 'ID-[0-9]{6}'],
    ['BADGE-', 'BADGE[0-9]{6}'],
    ['badge-', 'BADGE-[0-9]{6}'],
    ['TCK-', '(?:ABC|DEF){1,3}-[0-9]{4}'],
    ['sec_x', 'sec_[0-9a-f]{8}'],
  ])('are refused when no match can begin with the literal: %s, %s', async (literal, pattern) => {
    const problems = await problemsOf({ rules: [{ id: 'badge', literals: [literal], pattern }] });
    expect(problems).toEqual([expect.stringMatching(/^rules\[0\]\.literals: no match of the pattern can begin with "/)]);
  });

  it.each([
    ['BADGE-', '(?<keep>BADGE-)[0-9]{6}'],
    ['BADGE-12', '\\bBADGE-[0-9]{6}(?![0-9])'],
    ['BADGE-', '(?:ID|BADGE|X)[-_][0-9]{6}'],
    ['abab-', '(?:ab){1,4}-[0-9]{6}'],
    ['abc.def', '[a-z]{3}\\.[a-z]{3}[0-9]{4}'],
    ['BADGE-123', 'BADGE-'],
  ])('are taken when a match can begin with the literal: %s, %s', async (literal, pattern) => {
    expect(await problemsOf({ rules: [{ id: 'badge', literals: [literal], pattern }] })).toEqual([]);
  });

  it('are refused with every problem at once', async () => {
    const problems = await problemsOf({ rules: [{ id: 'Bad Id', literals: ['ab'], pattern: '(' }, 7], safeKeys: 'x', unknown: 1 });
    expect(problems).toHaveLength(7);
    expect(problems.join('\n')).toMatch(
      /unknown: is not known[\s\S]*safeKeys[\s\S]*rules\[0\]\.literals[\s\S]*rules\[0\]\.id[\s\S]*rules\[0\]\.pattern[\s\S]*rules\[1\]/,
    );
    expect(await problemsOf(null)).toHaveLength(1);
    expect(await problemsOf({ rules: [{ id: 'empty', literals: ['abc'], pattern: '(?:abc)?' }] })).toEqual([
      'rules[0].pattern: matches the empty text',
    ]);
  });
});

it.each(['TCK-.{0,100000}', 'TCK-[a-z ]{0,9000}END', 'TCK-(?:[a-z]{1,9} ){1,900}', 'TCK-[0-9]+'])(
  'a match longer than a redactor sees is the same in pieces: %s',
  async (pattern) => {
    const redactor = createRedactor(await readOperatorRules({ rules: [{ id: 'ticket', literals: ['TCK-'], pattern }] }));
    for (const text of [`TCK-${'secret word '.repeat(1_000)}END`, `TCK-${'1'.repeat(20_000)} end`]) {
      const stream = redactor.stream();
      let output = '';
      for (let at = 0; at < text.length; at += 37) output += stream.push(text.slice(at, at + 37));
      expect(output + stream.end()).toBe(redactor.text(text));
    }
    if (pattern === 'TCK-[0-9]+') expect(redactor.text(`TCK-${'1'.repeat(20_000)} end`)).toBe('[redacted:ticket] end');
  },
);
