import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { REFERENCE_FOLDER, renderAll } from '@codex-proxy/reference-docs';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const HANDWRITTEN = ['api.md'];

test.each([...renderAll()])('%s is what `npm run docs` writes', async (path, text) => {
  expect(await readFile(join(root, path), 'utf8')).toBe(text);
});

test('no page is left that nothing renders any more', async () => {
  const rendered = [...renderAll().keys()];
  const committed = (await readdir(join(root, REFERENCE_FOLDER))).filter((name) => !HANDWRITTEN.includes(name));
  expect(committed.map((name) => `${REFERENCE_FOLDER}/${name}`).toSorted()).toEqual(rendered.toSorted());
});
