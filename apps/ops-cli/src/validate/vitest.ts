import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { isRecord, numberAt, parseRecord, textAt } from '../json/record.ts';
import { failed, passed, type Judgement } from '../verdict/verdict.ts';
import { runNode } from './child.ts';

const VITEST = 'node_modules/vitest/vitest.mjs';

/** Runs the tests whose path contains `filter`. All must pass, and there must be some. */
export async function runTests(root: string, filter: string): Promise<Judgement> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-ops-validate-'));
  try {
    const report = join(folder, 'report.json');
    const { code, err } = await runNode(root, [VITEST, 'run', filter, '--reporter=json', `--outputFile=${report}`]);
    const result = parseRecord(await readFile(report, 'utf8').catch(() => ''));
    const count = numberAt(result, 'numPassedTests') ?? 0;
    const files: readonly unknown[] = Array.isArray(result?.['testResults']) ? result['testResults'] : [];
    const broken = files.filter(isRecord).filter((file) => textAt(file, 'status') !== 'passed');
    if (code === 0 && broken.length === 0 && count > 0) return passed(`${count} tests in ${files.length} files`);
    if (broken.length === 0) return failed(`vitest run ${filter} ended with ${code ?? 'a signal'}${lastLineOf(err)}`);
    return failed(...broken.map((file) => `${relative(root, textAt(file, 'name') ?? '')} has failures: npm test -- ${filter}`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lastLineOf(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? '';
  return line === '' ? '' : `: ${line}`;
}
