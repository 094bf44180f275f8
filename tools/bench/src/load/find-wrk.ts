import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

async function present(): Promise<boolean> {
  // It has no option that only prints its version and exits with 0.
  return run('sh', ['-c', 'command -v wrk']).then(
    () => true,
    () => false,
  );
}

/**
 * Sees to it that wrk is there: as root on a Debian system it is installed.
 * @throws Error that says how to get it.
 */
export async function ensureWrk(say: (line: string) => void): Promise<void> {
  if (await present()) return;
  if (process.getuid?.() === 0) {
    say('wrk is missing: apt-get install wrk …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('sh', ['-c', 'apt-get update -q && apt-get install -q -y wrk'], { env }).catch(() => undefined);
    if (await present()) return;
  }
  throw new Error(
    'wrk is missing, and a load generator in Node would be slower than the proxy: install it, on Debian with `apt-get install wrk`',
  );
}
