import { vi } from 'vitest';

// The same tests again with both threads in this process, where coverage can see them.
vi.mock('node:worker_threads', async (importOriginal) => {
  const { createInProcessWorker } = await import('@codex-proxy/in-process-worker');
  return { ...(await importOriginal<object>()), Worker: createInProcessWorker(vi) };
});

await import('./store.test.ts');
await import('./payload.test.ts');
await import('./prune.test.ts');
await import('./tail.test.ts');
