import { expect, test } from 'vitest';
import { WorkerProcess } from '../../src/process/worker-process.ts';
import { commandOf } from '../rig/supervised.ts';

/** What was read of a process when its exit was told. */
async function readAtExit(script: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const read = { stdout: '', stderr: '' };
    const worker = new WorkerProcess(commandOf('/bin/sh', ['-c', script]), {
      onSpawn: () => undefined,
      onSpawnError: () => undefined,
      onExit: () => {
        resolve({ ...read });
      },
      onStderr: (chunk) => {
        read.stderr += chunk.toString();
      },
    });
    worker.stdout.on('data', (chunk: Buffer) => {
      read.stdout += chunk.toString();
    });
  });
}

test('what a process wrote before it ended is read before its end is told', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { stdout, stderr } = await readAtExit('head -c 60000 /dev/zero; head -c 60000 /dev/zero >&2');
    expect([stdout.length, stderr.length]).toEqual([60_000, 60_000]);
  }
});

test('one who left the group and holds the pipes open does not keep the end from being told', async () => {
  const { stdout } = await readAtExit(`trap 'exit 0' USR1; setsid sh -c 'echo $$; kill -s USR1 $0; exec sleep 600' $$ & wait`);
  // Throws if it had ended.
  process.kill(Number(stdout), 'SIGKILL');
});
