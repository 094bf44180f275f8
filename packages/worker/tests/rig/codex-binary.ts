import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The native binary inside the platform's package beside `@openai/codex`. */
export function codexBinary(): string {
  const launcher = createRequire(import.meta.url).resolve('@openai/codex/package.json');
  const platform = createRequire(launcher).resolve(`@openai/codex-${process.platform}-${process.arch}/package.json`);
  const vendor = join(dirname(platform), 'vendor');
  const [target] = readdirSync(vendor);
  if (target === undefined) throw new Error('the platform package holds no binary');
  return join(vendor, target, 'bin', 'codex');
}
