import { expect, it } from 'vitest';
import { createRedactor, TokenRedactor } from '../src/index.ts';
import { createExamples } from './examples.ts';

const token = ['AKIA', createExamples(4).pick('A-Z2-7', 16)].join('');

it('replaces tokens in a column of text', () => {
  const redactor = new TokenRedactor();
  expect(redactor.redact(`prompt with ${token} in it`)).toBe('prompt with [redacted:aws_access_key] in it');
  expect(redactor.contains(`prompt with ${token}`)).toBe(true);
  expect(redactor.contains('prompt without')).toBe(false);
});

it('says where tokens are, and never what they are', () => {
  const spans = new TokenRedactor(createRedactor(), 'text').find(`a ${token} b`);
  expect(spans).toEqual([{ start: 2, end: 22, type: 'aws_access_key' }]);
});
