import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../../..');

test('the bill of materials has all that runs in production, and nothing else', () => {
  const bill = JSON.parse(execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));
  const refs: string[] = bill.components.map((component: { 'bom-ref': string }) => component['bom-ref']);
  const names = refs.map((ref) => ref.slice(0, ref.lastIndexOf('@')));
  expect(bill).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { 'bom-ref': expect.stringMatching(/^codex-proxy@/) } } });
  expect(names).toEqual(
    expect.arrayContaining([
      '@openai/codex',
      'zod',
      'pino',
      'express',
      'better-sqlite3',
      'prom-client',
      'commander',
      '@codex-proxy/worker',
    ]),
  );
  for (const tool of ['vitest', 'eslint', 'nx', '@codex-proxy/bench', '@codex-proxy/scripted-worker']) expect(names).not.toContain(tool);
  const used: string[] = bill.dependencies.flatMap(({ dependsOn }: { dependsOn: string[] }) => dependsOn);
  expect(used.filter((ref) => !refs.includes(ref) && ref !== bill.metadata.component['bom-ref'])).toEqual([]);
});
