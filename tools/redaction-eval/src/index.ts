export { readCorpus, type CorpusRecord } from './corpus.ts';
export { renderTable, type Report } from './report.ts';
export { scoreCorpus, type Case, type Score } from './score.ts';
export { measureThroughput, type Throughput } from './throughput.ts';
