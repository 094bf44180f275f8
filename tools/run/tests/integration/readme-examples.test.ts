import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../../..');
const run = promisify(execFile);

/** What each line of an example prints stands behind it, or on lines of its own. */
const PRINTED = /\/\/ → (.*)$/gm;

function examples(readme: string): string[] {
  return [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '').filter((code) => code.includes('// → '));
}

const packages = globSync('packages/*/package.json', { cwd: ROOT }).map(dirname);
const folders = [...packages, ...globSync('{apps,tools}/*/README.md', { cwd: ROOT }).map(dirname)].sort();

describe.each(folders)('%s', (folder) => {
  const path = join(ROOT, folder, 'README.md');
  const found = existsSync(path) ? examples(readFileSync(path, 'utf8')) : [];

  // A package is for others to use, and shows how.
  if (packages.includes(folder)) {
    test('has a README with an example', () => {
      expect(found).not.toEqual([]);
    });
  }

  test.each(found)('prints what its example says: %#', async (code) => {
    const expected = [...code.matchAll(PRINTED)].map((match) => match[1]);
    const { stdout } = await run(process.execPath, ['-C', '@codex-proxy/source', '--input-type=module-typescript', '--eval', code], {
      cwd: join(ROOT, folder),
    });
    expect(stdout.trimEnd().split('\n')).toEqual(expected);
  });
});
