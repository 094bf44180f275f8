import { globSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { runChild } from '../child.ts';
import { oneCheck } from '../tally/tally.ts';
import type { Stage } from './stage.ts';

const manifestSchema = z.object({ name: z.string() });

/**
 * Emits `dist/` of every workspace afresh, then imports each package and starts the proxy as production does: plain Node, no source condition.
 */
export const build: Stage = async (context, args) => {
  const folders = globSync('{packages,apps,tools}/*/tsconfig.lib.json', { cwd: context.root }).map(dirname).sort();
  for (const folder of folders) await rm(join(context.root, folder, 'dist'), { recursive: true, force: true });
  const emitted = await runChild('tsc', ['-b', ...folders.map((folder) => `${folder}/tsconfig.lib.json`), ...args], context);
  if (emitted.code !== 0) return { tally: oneCheck(emitted.code), output: emitted.output };

  const names = await Promise.all(folders.map((folder) => packageName(join(context.root, folder, 'package.json'))));
  const imports = names.map((name) => `await import(${JSON.stringify(name)});`).join('\n');
  const imported = await runChild(process.execPath, ['--input-type=module', '--eval', imports], context);
  if (imported.code !== 0) return { tally: oneCheck(imported.code), output: imported.output };
  const served = await runChild(process.execPath, [...process.execArgv, join(import.meta.dirname, 'production-smoke.ts')], context);
  return { tally: oneCheck(served.code), output: served.output };
};

async function packageName(path: string): Promise<string> {
  return manifestSchema.parse(JSON.parse(await readFile(path, 'utf8'))).name;
}
