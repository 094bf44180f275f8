import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { MIGRATION_FOLDER } from '@codex-proxy/observability';
import { REFERENCE_FOLDER, renderAll } from '@codex-proxy/reference-docs';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const HANDWRITTEN = ['api.md'];

test.each([...renderAll()])('%s is what `npm run docs` writes', async (path, text) => {
  expect(await readFile(join(root, path), 'utf8')).toBe(text);
});

test.each([REFERENCE_FOLDER, `${MIGRATION_FOLDER}/alerts/tests`, `${MIGRATION_FOLDER}/dashboards`])(
  'in %s no file is left that nothing renders any more',
  async (folder) => {
    const rendered = [...renderAll().keys()].filter((path) => dirname(path) === folder);
    const committed = (await readdir(join(root, folder))).filter((name) => !HANDWRITTEN.includes(name));
    expect(committed.map((name) => `${folder}/${name}`).toSorted()).toEqual(rendered.toSorted());
  },
);
