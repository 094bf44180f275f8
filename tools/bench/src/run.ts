import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, BenchmarkContext } from './benchmark.ts';
import { Children } from './process/children.ts';
import type { Finding } from './report/report.ts';
import { renderTable } from './report/table.ts';

export interface Surroundings extends Pick<BenchmarkContext, 'options' | 'root' | 'say' | 'outputFd'> {
  /** Takes the tables that a benchmark shows by itself. */
  readonly print: (text: string) => void;
}

/** Runs one benchmark in a folder of its own. Never rejects: what breaks is a finding. */
export async function runBenchmark(benchmark: Benchmark, surroundings: Surroundings): Promise<Finding> {
  const { print, ...shared } = surroundings;
  const children = new Children();
  const folder = mkdtempSync(join(tmpdir(), 'codex-proxy-bench-'));
  const stop = (): void => {
    void children.stopAll().then(() => process.exit(1));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const { rows, tables = [] } = await benchmark.run({ ...shared, children, folder });
    for (const table of tables) print(`${renderTable(table)}\n`);
    return { benchmark: benchmark.name, rows };
  } catch (error) {
    return { benchmark: benchmark.name, rows: [], failure: error instanceof Error ? error.message : String(error) };
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await children.stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
}
