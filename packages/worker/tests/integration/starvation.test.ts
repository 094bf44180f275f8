import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PROGRAM = join(import.meta.dirname, '../rig/starved-supervisor.ts');

test('however few file descriptors there are, a start succeeds or fails once, and the process goes on', async () => {
  const limited = 'ulimit -n 64; exec "$0" -C @codex-proxy/source "$@"';
  const { stdout, stderr } = await promisify(execFile)('/bin/sh', ['-c', limited, process.execPath, PROGRAM]);
  expect(stderr).toBe('');
  const outcomes = stdout.trimEnd().split('\n');
  expect(outcomes).toHaveLength(21);
  expect(outcomes[0]).toBe('spawn_failed');
  expect(outcomes.at(-1)).toBe('started');
  expect(outcomes.toSorted()).toEqual(outcomes);
});
