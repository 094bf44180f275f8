import type { Children } from './process/children.ts';
import type { Row } from './report/row.ts';
import type { Table } from './report/table.ts';

export interface BenchmarkOptions {
  /** Take a CPU profile of the proxy under load and show where its time goes, instead of measuring. */
  readonly profile: boolean;
  /** How often a pair of measurements is repeated; the median counts. */
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
  /** Starts processes; what still runs at the end is stopped. */
  readonly children: Children;
  /** Tells what is being done. */
  readonly say: (line: string) => void;
  /** Descriptor for what a program prints itself: stdout, unless that is for JSON. */
  readonly outputFd: 1 | 2;
}

export interface BenchmarkResult {
  /** For the one table at the end. */
  readonly rows: readonly Row[];
  /** Shown before it. */
  readonly tables?: readonly Table[];
}

export interface Benchmark {
  /** `npm run bench -- NAME` runs it; the part before the first dash runs all that begin with it. */
  readonly name: string;
  /** What it measures, in one line. */
  readonly about: string;
  /** @throws when something breaks; a target that is missed is a result. */
  run(context: BenchmarkContext): Promise<BenchmarkResult>;
}
