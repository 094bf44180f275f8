import { createRedactor } from '@codex-proxy/redaction';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { readCorpus } from './corpus.ts';
import { renderTable, type Report } from './report.ts';
import { scoreCorpus } from './score.ts';
import { measureThroughput } from './throughput.ts';

const USAGE = 'usage: redaction-eval [--json] [--cases] [--seconds N] CORPUS...\n';

function main(): number {
  const { values, positionals } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      cases: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '1' },
    },
    allowPositionals: true,
  });
  if (positionals.length === 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const redactor = createRedactor();
  const reports: Report[] = [];
  for (const path of positionals) {
    const records = readCorpus(path);
    const { cases, ...score } = scoreCorpus(redactor, records);
    const throughput = measureThroughput(redactor, records, { atLeastMs: Number(values.seconds) * 1000, nowMs: () => performance.now() });
    reports.push({ corpus: basename(path), score, throughput });
    if (values.cases) {
      for (const { fault, record, output } of cases)
        process.stderr.write(`${fault} ${record.rule}\n  ${JSON.stringify(record.text)}\n  ${JSON.stringify(output)}\n`);
    }
  }
  process.stdout.write(`${values.json ? JSON.stringify(reports, null, 2) : renderTable(reports)}\n`);
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
