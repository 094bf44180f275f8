import { vi } from 'vitest';

// The same tests again with both threads in this process, where coverage can see them.
vi.mock('node:worker_threads', async (importOriginal) => {
  const { InProcessWorker } = await import('./fixtures/in-process-worker.ts');
  return { ...(await importOriginal<object>()), Worker: InProcessWorker };
});

await import('./store.test.ts');
await import('./payload.test.ts');
await import('./prune.test.ts');
await import('./tail.test.ts');
