import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ArchiveOutcome } from '@codex-proxy/contracts';
import { ScaleTrace } from '@codex-proxy/scale-trace';
import Database from 'better-sqlite3';
import { createArchiveGzip } from '../src/archive/gzip.ts';

/** What is measured, in a process of its own: `export DB FILE` or `run DB FOLDER`. Prints what it took, as JSON. */
const [task, path = '', target = ''] = process.argv.slice(2);
let outcome: ArchiveOutcome | undefined;
if (task === 'export') {
  const database = new Database(path, { readonly: true });
  await pipeline(ScaleTrace.exportAgentLogsToStream(database), createArchiveGzip(), createWriteStream(target));
} else {
  await ScaleTrace.run(path, target, { onOutcome: (found) => (outcome = found) });
}
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
process.stdout.write(JSON.stringify({ outcome, rssMb: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }));
