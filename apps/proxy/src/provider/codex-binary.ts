import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** @param configured A path, which counts from the working directory of the proxy and not of the worker, or a name to be found in the PATH. */
export function codexBinary(configured: string | undefined): string {
  if (configured === undefined) return bundledCodexBinary();
  return configured.includes('/') ? resolve(configured) : configured;
}

/**
 * The native binary inside the platform package of `@openai/codex`. Not the JavaScript launcher: that would be one more process
 * between a signal and the worker. Where that package is missing, whatever `codex` the PATH has.
 */
function bundledCodexBinary(): string {
  try {
    const launcher = createRequire(import.meta.url).resolve('@openai/codex/package.json');
    const platform = createRequire(launcher).resolve(`@openai/codex-${process.platform}-${process.arch}/package.json`);
    const vendor = join(dirname(platform), 'vendor');
    const binaries = readdirSync(vendor).map((target) => join(vendor, target, 'bin', 'codex'));
    return binaries.find((binary) => existsSync(binary)) ?? 'codex';
  } catch {
    return 'codex';
  }
}
