import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import GithubSlugger from 'github-slugger';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGES = globSync('{*.md,docs/**/*.md,{packages,apps,tools}/*/*.md,packages/*/src/*.md}', { cwd: ROOT }).sort();

/** `[text](target)`, outside of code. */
const LINK = /\[[^\]]*\]\(([^()\s]+)\)/g;
/** A link to a file of tests and, in typographic quotes, the title of the test that is meant. */
const TEST = /\]\(([^()\s]+\.(?:test|spec)\.ts)\)(?: (“[^”]+”(?:, “[^”]+”)*))?/g;

const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, 'code');

function anchors(page: string): Set<string> {
  const slugger = new GithubSlugger();
  const headings = read(page)
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .matchAll(/^#{1,6} (.+?)(?: #+)?$/gm);
  return new Set([...headings].map(([, heading = '']) => slugger.slug(heading.replaceAll(/[`*]|\[([^\]]*)\]\([^)]*\)/g, '$1'))));
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

test('there are pages', () => {
  expect(PAGES).toEqual(expect.arrayContaining(['README.md', 'docs/reference/api.md', 'docs/traceability.md']));
});

describe.each(PAGES)('%s', (page) => {
  const text = withoutCode(read(page));

  test('links to what is there', () => {
    const broken = [...text.matchAll(LINK)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = '', fragment] = target.split('#');
        const file = path === '' ? page : join(dirname(page), decodeURI(path));
        if (!exists(join(ROOT, file))) return true;
        return fragment !== undefined && file.endsWith('.md') && !anchors(file).has(fragment);
      });
    expect(broken).toEqual([]);
  });

  test('names tests that there are', () => {
    const missing: string[] = [];
    for (const [, target = '', titles = ''] of text.matchAll(TEST)) {
      const file = join(ROOT, dirname(page), target);
      const source = exists(file) ? readFileSync(file, 'utf8') : '';
      for (const [, title = ''] of titles.matchAll(/“([^”]+)”/g)) if (!source.includes(title)) missing.push(`${target}: ${title}`);
    }
    expect(missing).toEqual([]);
  });
});
