import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '..');

test('the example of the README prints what it says', async () => {
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const expected = [...code.matchAll(/^\s*\/\/ → (.*)$/gm)].map((match) => match[1]);
  const args = ['-C', '@codex-proxy/source', '--input-type=module-typescript', '--eval', code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  expect(expected.length).toBeGreaterThan(0);
  expect(stdout.trimEnd().split('\n')).toEqual(expected);
});
