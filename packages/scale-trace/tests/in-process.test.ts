import { vi } from 'vitest';

// The same tests again with the archive's thread and those of the database in this process, where coverage can see them.
vi.mock('node:worker_threads', async (importOriginal) => {
  const { InProcessWorker } = await import('./fixtures/in-process-worker.ts');
  return { ...(await importOriginal<object>()), Worker: InProcessWorker };
});

await import('./agent-log.test.ts');
await import('./look.test.ts');
await import('./schedule.test.ts');
