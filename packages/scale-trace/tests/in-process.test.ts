import { vi } from 'vitest';

// The same tests again with the archive's thread and those of the database in this process, where coverage can see them.
vi.mock('node:worker_threads', async (importOriginal) => {
  const { createInProcessWorker } = await import('@codex-proxy/in-process-worker');
  return { ...(await importOriginal<object>()), Worker: createInProcessWorker(vi) };
});

await import('./agent-log.test.ts');
await import('./look.test.ts');
await import('./schedule.test.ts');
