import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An executable that is a scripted worker without delays, answering each turn with `deltas` deltas. */
export function scriptedBinary(folder: string, deltas: number): string {
  const file = join(folder, `scripted-worker-${deltas}`);
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' /tmp/perf/worker.mjs --n=${deltas} "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}
