import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeFolder } from '../support/rig.ts';

const UNSHARE = [...(process.getuid?.() === 0 ? [] : ['-Ur']), '-m', '/bin/bash', '-euo', 'pipefail', '-c'];

function canMount(): boolean {
  try {
    execFileSync('unshare', [...UNSHARE, 'mount -t tmpfs tmpfs /mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A disk of 128 KB, two thirds of it taken: the artifacts of 4 KB each soon find no room. */
async function runOnFullDisk(): Promise<unknown> {
  const disk = makeFolder();
  const fixture = join(import.meta.dirname, '../fixtures/full-disk.ts');
  const script =
    `mount -t tmpfs -o size=128k tmpfs '${disk}'; head -c 80000 /dev/zero > '${disk}/filler'; ` +
    `'${process.execPath}' -C @codex-proxy/source '${fixture}' '${disk}'`;
  const { stdout } = await promisify(execFile)('unshare', [...UNSHARE, script]);
  return JSON.parse(stdout);
}

const reportSchema = z.object({
  errors: z.array(z.string()),
  writeErrors: z.int(),
  recovered: z.array(z.int()),
  failedOnce: z.boolean(),
  readable: z.int(),
  temporary: z.int(),
});

if (canMount()) {
  test('a disk that is full (tmpfs, ENOSPC) tears no artifact, loses those it must, and works again when there is room', async () => {
    const { errors, writeErrors, recovered, failedOnce, readable, temporary } = reportSchema.parse(await runOnFullDisk());
    expect({ errors, failedOnce, temporary }).toEqual({ errors: ['ENOSPC'], failedOnce: true, temporary: 0 });
    expect(writeErrors).toBeGreaterThan(20);
    expect(recovered).toEqual([writeErrors]);
    expect(readable).toBe(41 - writeErrors);
  });
} else {
  test('this machine lets nobody mount a small disk: a folder that cannot be written to stands for it in writing.test.ts', () => {
    expect(canMount()).toBe(false);
  });
}
