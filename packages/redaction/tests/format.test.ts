import { describe, expect, it } from 'vitest';
import { parseFormat } from '../src/rules/format.ts';
import { createExamples } from './examples.ts';

describe('the notation of token formats', () => {
  it('gives literals, an expression and examples that it matches', () => {
    const format = parseFormat('do(o|p|r)_v1_{hex:64}');
    expect(format.literals).toEqual(['doo_v1_', 'dop_v1_', 'dor_v1_']);
    expect(format.source).toBe('do(?:o|p|r)_v1_[a-f0-9]{64,64}(?:(?![a-f0-9])|(?=do(?:o|p|r)_v1_))');
    for (let seed = 1; seed < 20; seed += 1) expect(format.example(createExamples(seed))).toMatch(new RegExp(`^${format.source}$`));
  });

  it('lets a run without an upper length go on in a tail', () => {
    const format = parseFormat('hvs.{w:90+}');
    expect(format.source).toBe('hvs\\.[A-Za-z0-9_-]{90,128}');
    expect(format.tail).toBeDefined();
    expect(parseFormat('x-{uuid}').tail).toBeUndefined();
  });

  it.each(['ghp_{an}', 'ghp_{none:3}', '{an:36}', 'ghp_{an:3', 'a(b'])('refuses %s', (format) => {
    expect(() => parseFormat(format)).toThrow(SyntaxError);
  });
});
