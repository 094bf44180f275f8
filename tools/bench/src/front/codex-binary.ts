import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The native binary of `@openai/codex`: the one that the proxy runs when it is not told otherwise.
 * @throws Error when it is not installed for this machine.
 */
export function codexBinary(): string {
  const launcher = createRequire(import.meta.url).resolve('@openai/codex/package.json');
  const platform = createRequire(launcher).resolve(`@openai/codex-${process.platform}-${process.arch}/package.json`);
  const vendor = join(dirname(platform), 'vendor');
  const binary = readdirSync(vendor)
    .map((target) => join(vendor, target, 'bin', 'codex'))
    .find((file) => existsSync(file));
  if (binary === undefined) throw new Error(`there is no codex binary in ${vendor}`);
  return binary;
}
