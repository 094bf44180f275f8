import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('the README example prints what it says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const promised = Array.from(example.matchAll(/\/\/ → (.*)$/gm), (match) => match[1]);
  const flags = ['-C', '@codex-proxy/source', '--input-type=module', '--eval', example];
  const printed = execFileSync(process.execPath, flags, { cwd: import.meta.dirname, encoding: 'utf8' });
  expect(promised.length).toBeGreaterThan(0);
  expect(printed.trimEnd().split('\n')).toEqual(promised);
});
