import { vi } from 'vitest';

// The same tests again with both threads in this process, where coverage can see them.
vi.mock('node:worker_threads', async (importOriginal) => {
  const { InProcessWorker } = await import('./fixtures/in-process-worker.ts');
  return { ...(await importOriginal<object>()), Worker: InProcessWorker };
});

await import('./append.test.ts');
await import('./failure.test.ts');
await import('./open.test.ts');
await import('./recovery.test.ts');
