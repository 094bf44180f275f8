import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';

const SUFFIX = '.bench.ts';

/** The benchmarks that packages keep beside their sources, as `packages/NAME/bench/NAME.bench.ts`: programs that print a table of their own. */
export function scriptBenchmarks(root: string): Benchmark[] {
  return globSync(`{packages,apps}/*/bench/*${SUFFIX}`, { cwd: root })
    .sort()
    .map((path) => scriptBenchmark(basename(path, SUFFIX), path));
}

function scriptBenchmark(name: string, path: string): Benchmark {
  return {
    name,
    about: `${path}, which prints a table of its own`,
    async run({ root, outputFd }) {
      const args = ['-C', '@codex-proxy/source', join(root, path)];
      const program = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', outputFd, 'inherit'] });
      await once(program, 'exit');
      if (program.exitCode !== 0) throw new Error(`${path} ended with ${program.exitCode ?? program.signalCode ?? 'nothing'}`);
      return { rows: [] };
    },
  };
}
