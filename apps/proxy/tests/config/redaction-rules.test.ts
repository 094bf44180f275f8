import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedactor } from '@codex-proxy/redaction';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/config/errors.ts';
import { readRedactionRules } from '../../src/config/redaction-rules.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-proxy-rules-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function problemsOf(text: string): Promise<readonly string[]> {
  const path = join(folder, 'rules.json');
  await writeFile(path, text);
  const error: unknown = await readRedactionRules(path).catch((reason: unknown) => reason);
  if (!(error instanceof ConfigurationError)) throw new Error('it was taken');
  return error.problems.map((problem) => problem.replace(path, 'FILE'));
}

test('no file, no rules', async () => {
  expect(await readRedactionRules(undefined)).toEqual({});
});

test("an operator's rules and safe keys are in force", async () => {
  const path = join(folder, 'rules.json');
  const rules = [{ id: 'ticket', literals: ['TCK-'], pattern: 'TCK-[0-9]{6}' }];
  await writeFile(path, JSON.stringify({ rules, safeKeys: ['password_hint'] }));
  const redactor = createRedactor(await readRedactionRules(path));
  expect(redactor.text('see TCK-123456')).toBe('see [redacted:ticket]');
  expect(redactor.value({ password_hint: 'the blue one' })).toEqual({ password_hint: 'the blue one' });
});

test('a missing file is named, with why', async () => {
  await expect(readRedactionRules(join(folder, 'none.json'))).rejects.toThrow(
    /REDACTION_RULES \(.*none\.json\): cannot be read \(ENOENT\)/,
  );
});

test('what is not JSON is refused without being quoted', async () => {
  expect(await problemsOf('{"rules": hunter2}')).toEqual(['REDACTION_RULES (FILE): is not JSON']);
});

test('every problem is told: unknown names, wrong shapes, patterns that could stall', async () => {
  const problems = await problemsOf(
    JSON.stringify({
      colour: 1,
      safeKeys: 'x',
      rules: [
        { id: 'a', literals: ['aaa'], pattern: '(a+)+b' },
        { id: 'B', literals: ['b'], pattern: 'b' },
      ],
    }),
  );
  expect(problems.length).toBeGreaterThanOrEqual(4);
  expect(problems.join('\n')).toMatch(/colour: is not known[^]*safeKeys: an array[^]*rules\[0\]\.pattern: can take exponential time/);
});
