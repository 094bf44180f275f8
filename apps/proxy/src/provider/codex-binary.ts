import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The native binary inside the platform package of `@openai/codex`. Not the JavaScript launcher: that would be one more process
 * between a signal and the worker.
 * @throws Error when the package for this platform is not installed.
 */
export function bundledCodexBinary(): string {
  const platform = `@openai/codex-${process.platform}-${process.arch}`;
  const launcher = createRequire(import.meta.url).resolve('@openai/codex/package.json');
  const vendor = join(dirname(createRequire(launcher).resolve(`${platform}/package.json`)), 'vendor');
  for (const target of readdirSync(vendor)) {
    const binary = join(vendor, target, 'bin', 'codex');
    if (existsSync(binary)) return binary;
  }
  throw new Error(`${platform} holds no codex binary`);
}
