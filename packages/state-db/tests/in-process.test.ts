import { vi } from 'vitest';

// The same tests again with both threads in this process, where coverage can see them.
vi.mock('node:worker_threads', async (importOriginal) => {
  const { createInProcessWorker } = await import('@codex-proxy/in-process-worker');
  return { ...(await importOriginal<object>()), Worker: createInProcessWorker(vi) };
});

await import('./append.test.ts');
await import('./failure.test.ts');
await import('./open.test.ts');
await import('./recovery.test.ts');
