import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { PROTOCOL_SCHEMA_PATH, renderProtocolSchema } from './protocol/protocol-schema.ts';
import { renderAll } from './render-all.ts';

const root = resolve(import.meta.dirname, '../../..');
/** `--check`: writes nothing, and prints the pages that differ. The exit code is 1 where there are any. */
const isCheck = process.argv.includes('--check');

for (const [path, text] of [...renderAll(), [PROTOCOL_SCHEMA_PATH, renderProtocolSchema()] as const]) {
  const file = resolve(root, path);
  if (isCheck) {
    if ((await readFile(file, 'utf8').catch(() => undefined)) === text) continue;
    process.exitCode = 1;
  } else {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  process.stdout.write(`${path}\n`);
}
