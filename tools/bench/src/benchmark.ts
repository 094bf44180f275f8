import type { Row } from './report/row.ts';
import type { Table } from './report/table.ts';
import type { Children } from './process/children.ts';

export interface BenchmarkOptions {
  /** Measures a benchmark that loads the proxy with a CPU profile of it, and prints where the time goes. */
  readonly profile: boolean;
  /** How often each pair of measurements is repeated; the median counts. */
  readonly repetitions: number;
  /** Options of Node for the proxy, such as `--max-semi-space-size=8`. */
  readonly proxyNodeOptions: readonly string[];
}

export interface BenchmarkContext {
  readonly options: BenchmarkOptions;
  /** Root of the workspace. */
  readonly root: string;
  /** An empty folder, removed at the end. */
  readonly folder: string;
  /** Starts processes; what is still running at the end is ended. */
  readonly children: Children;
  /** Tells what is being done. */
  readonly say: (line: string) => void;
}

export interface BenchmarkResult {
  /** For the one table at the end. */
  readonly rows: readonly Row[];
  /** Shown before it. */
  readonly tables?: readonly Table[];
}

export interface Benchmark {
  /** `npm run bench -- NAME` runs it; so does the part of the name before its first dash. */
  readonly name: string;
  /** What it measures, in one line. */
  readonly about: string;
  /** @throws when something breaks; a target that is missed is a result. */
  run(context: BenchmarkContext): Promise<BenchmarkResult>;
}
