import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../../..');

// The files of these tests exist only as text, so rules that ask the type checker about them are out; the rest is the real configuration.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [tseslint.configs.disableTypeChecked, { languageOptions: { parserOptions: { projectService: false } } }],
});

async function rulesBroken(filePath: string, source: string): Promise<(string | null)[]> {
  const results = await eslint.lintText(source, { filePath: join(root, filePath) });
  return results.flatMap((result) => result.messages.map((message) => message.ruleId));
}

beforeAll(async () => {
  // The rule reads the project graph that Nx keeps, and a fresh clone has none yet.
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/.bin/nx'), 'show', 'projects'], {
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false' },
  });
});

describe('layers', () => {
  const refused: [layer: string, file: string, imported: string][] = [
    ['contracts know no package', 'packages/contracts/src/virtual.ts', '@codex-proxy/redaction'],
    ['foundation knows no core package', 'packages/redaction/src/virtual.ts', '@codex-proxy/logging'],
    ['core packages do not know each other', 'packages/metrics/src/virtual.ts', '@codex-proxy/worker'],
    ['core packages know no app', 'packages/health/src/virtual.ts', '@codex-proxy/proxy'],
    ['core packages know no tool', 'packages/worker/src/virtual.ts', '@codex-proxy/scripted-worker'],
    ['apps know no tool but the demo', 'apps/proxy/src/virtual.ts', '@codex-proxy/bench'],
  ];
  test.each(refused)('%s: %s may not import %s', async (_layer, file, imported) => {
    expect(await rulesBroken(file, `import '${imported}';\n`)).toContain('@nx/enforce-module-boundaries');
  });

  const allowed: [layer: string, file: string, imported: string][] = [
    ['core knows contracts', 'packages/metrics/src/virtual.ts', '@codex-proxy/contracts'],
    ['core knows foundation', 'packages/logging/src/virtual.ts', '@codex-proxy/redaction'],
    ['apps compose core', 'apps/proxy/src/virtual.ts', '@codex-proxy/worker'],
    ['apps know the demo', 'apps/proxy/src/virtual.ts', '@codex-proxy/demo-provider'],
    ['apps know the configured app', 'apps/ops-cli/src/virtual.ts', '@codex-proxy/proxy'],
    ['tools know apps', 'tools/reference-docs/src/virtual.ts', '@codex-proxy/proxy'],
    ['tests know tools', 'packages/worker/tests/virtual.ts', '@codex-proxy/scripted-worker'],
  ];
  test.each(allowed)('%s: %s may import %s', async (_layer, file, imported) => {
    // Loaded when needed: what an app loads so, it may not import in another way.
    expect(await rulesBroken(file, `await import('${imported}');\n`)).toEqual([]);
  });
});

describe('packages that run anywhere', () => {
  test.each(['packages/contracts/src/virtual.ts', 'packages/redaction/src/virtual.ts'])('%s may not import node:*', async (file) => {
    expect(await rulesBroken(file, "import { readFile } from 'node:fs/promises';\nvoid readFile;\n")).toContain('no-restricted-imports');
    expect(await rulesBroken(file, "import type { Stats } from 'node:fs';\nexport type S = Stats;\n")).toContain('no-restricted-imports');
  });

  test('the contracts import zod and their own files, nothing else', async () => {
    const file = 'packages/contracts/src/virtual.ts';
    expect(await rulesBroken(file, "import 'pino';\n")).toContain('no-restricted-imports');
    expect(await rulesBroken(file, "import { z } from 'zod';\nimport { METRICS } from './index.ts';\nvoid [z, METRICS];\n")).toEqual([]);
  });
});

describe('house rules', () => {
  const refused: [rule: string, source: string][] = [
    ['no-restricted-syntax', "export * from './metrics.ts';\n"],
    ['no-restricted-syntax', 'export default 1;\n'],
    ['no-console', "console.log('x');\n"],
    ['@typescript-eslint/no-explicit-any', 'export const x = (y: any): unknown => y;\n'],
    ['@typescript-eslint/consistent-type-imports', "import { Metrics } from './metrics.ts';\nexport type M = Metrics;\n"],
  ];
  test.each(refused)('%s refuses %j', async (rule, source) => {
    expect(await rulesBroken('packages/metrics/src/virtual.ts', source)).toContain(rule);
  });
});
