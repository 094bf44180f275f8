import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of the caller's own, which the caller removes. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'codex-proxy-test-'));
}

/** A folder that goes when the running test has ended. */
export function temporaryFolder(): string {
  const folder = makeFolder();
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
