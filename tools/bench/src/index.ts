export type { Benchmark, BenchmarkContext, BenchmarkOptions, BenchmarkResult } from './benchmark.ts';
export { findingsJson, findingsTable, type Finding } from './report/report.ts';
export { isMet, ratioOf, type Bound, type Row } from './report/row.ts';
export { renderTable, type Table } from './report/table.ts';
export { median, percentile } from './statistics/percentile.ts';
export { slope } from './statistics/slope.ts';
