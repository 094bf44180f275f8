import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const INTEGRATION = '**/tests/integration/**/*.test.ts';
const NEVER = ['**/node_modules/**', '**/dist/**', '**/out-tsc/**', 'apps/proxy-e2e/**'];

// Workspace packages resolve to their sources, in vitest's own loader, in Vite's, and in the processes and threads that tests start.
const SOURCE = '@codex-proxy/source';

export default defineConfig({
  resolve: { conditions: [SOURCE] },
  ssr: { resolve: { conditions: [SOURCE] } },
  test: {
    execArgv: ['-C', SOURCE],
    setupFiles: [fileURLToPath(new URL('tools/run/tests/setup/property-seed.ts', import.meta.url))],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // What is waited for comes, or never does: a second, the default, is not enough on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts', 'tools/*/src/**/*.ts'],
      reporter: ['text-summary', 'html'],
      // The durable record: every line and branch, also of what runs on threads (their tests run once more with those in the process).
      thresholds: {
        'packages/{run-events,scale-trace,state-db}/src/**/*.ts': { 100: true },
      },
    },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['**/tests/**/*.test.ts'], exclude: [...NEVER, INTEGRATION] },
      },
      {
        extends: true,
        test: { name: 'integration', include: [INTEGRATION], exclude: NEVER, maxWorkers: 2, testTimeout: 60_000, hookTimeout: 60_000 },
      },
    ],
  },
});
