import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@codex-proxy/source'] },
  ssr: { resolve: { conditions: ['@codex-proxy/source'] } },
  test: {
    include: ['**/tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'apps/proxy-e2e/**'],
    execArgv: ['-C', '@codex-proxy/source'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
