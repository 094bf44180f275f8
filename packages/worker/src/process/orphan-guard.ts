import { spawn, type ChildProcess } from 'node:child_process';

/**
 * A tiny shell that waits for the end of its standard input, which only this process holds open, and then kills the worker's
 * process group. The worker ends by itself at the end of its own input, but not while it is stopped, blocked or deaf; this
 * makes sure of it even when this process is killed outright and can run nothing more.
 */
export interface OrphanGuard {
  /** The worker has ended: the guard must not kill a stranger that inherits its id. */
  release(): void;
}

export function guardAgainstOrphan(groupId: number): OrphanGuard {
  const guard: ChildProcess = spawn('/bin/sh', ['-c', 'read -r line; [ "$line" = released ] || kill -s KILL -- "-$0"', String(groupId)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  guard.on('error', () => undefined);
  // Without a free file descriptor there is a process object, but no pipe.
  guard.stdin?.on('error', () => undefined);
  guard.unref();
  return {
    release() {
      if (guard.exitCode === null && guard.signalCode === null) guard.stdin?.end('released\n');
    },
  };
}
