/**
 * Starts supervisors with ever more free file descriptors, from none to more than enough, and prints what became of each:
 * `failed` or `started`.
 */
import { closeSync, openSync } from 'node:fs';
import { Supervisor } from '@codex-proxy/worker';

const WORKER = 'read -r line; echo \'{"id":1,"result":{"userAgent":"sh/1"}}\'; exec cat >/dev/null';

/** Takes every free descriptor. */
function starve(): number[] {
  const taken: number[] = [];
  for (;;) {
    try {
      taken.push(openSync('/dev/null', 'r'));
    } catch {
      return taken;
    }
  }
}

async function outcome(): Promise<{ readonly what: string; readonly supervisor: Supervisor }> {
  return new Promise((resolve) => {
    const supervisor = new Supervisor({
      command: () => ({ file: '/bin/sh', args: ['-c', WORKER], cwd: '/', env: {} }),
      clientInfo: { name: 'test', title: 'Test', version: '1.0.0' },
      threadCwd: '/',
      redactText: (text) => text,
      backoffInitialMs: 600_000,
      backoffMaxMs: 600_000,
      events: {
        onStartFailed: ({ reason }) => {
          resolve({ what: reason, supervisor });
        },
        onStarted: () => {
          resolve({ what: 'started', supervisor });
        },
      },
    });
    supervisor.start();
  });
}

// What is opened once and kept is opened before.
const first = await outcome();
await first.supervisor.stop(0);

for (let free = 0; free <= 20; free += 1) {
  const taken = starve();
  for (const descriptor of taken.splice(0, free)) closeSync(descriptor);
  const { what, supervisor } = await outcome();
  for (const descriptor of taken) closeSync(descriptor);
  await supervisor.stop(0);
  process.stdout.write(`${what}\n`);
}
