import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { renderAll } from './render-all.ts';

const root = resolve(import.meta.dirname, '../../..');

for (const [path, text] of renderAll()) {
  await mkdir(dirname(resolve(root, path)), { recursive: true });
  await writeFile(resolve(root, path), text);
  process.stdout.write(`${path}\n`);
}
