import { readdirSync } from 'node:fs';
import type * as threads from 'node:worker_threads';
import { ScaleTrace } from '@codex-proxy/scale-trace';
import { expect, test, vi } from 'vitest';
import { countRows, newAgentLogs, rejection } from './fixtures/agent-logs.ts';

// A thread that fails at its first piece, which none of ours does on demand.
vi.mock('node:worker_threads', async (importOriginal) => {
  const real = await importOriginal<typeof threads>();
  const program = `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new Error('out of memory'); });`;
  class FailingWorker extends real.Worker {
    constructor() {
      super(new URL(`data:text/javascript,${encodeURIComponent(program)}`));
    }
  }
  return { ...real, Worker: FailingWorker };
});

test('a thread that is lost costs the archive, and nothing else', async () => {
  const logs = newAgentLogs(2_000);
  const { code, message } = await rejection(ScaleTrace.run(logs.path, logs.folder, { thresholdBytes: 4_096 }));
  expect([code, message]).toEqual(['archive_thread_lost', expect.stringContaining('out of memory')]);
  expect([countRows(logs), readdirSync(logs.folder)]).toEqual([2_000, ['.lock.sqlite']]);
});
