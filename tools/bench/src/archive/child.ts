import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ArchiveOutcome } from '@codex-proxy/contracts';
import { ScaleTrace } from '@codex-proxy/scale-trace';
import { openStateDatabaseReadOnly } from '@codex-proxy/state-db';

/** What is measured, in a process of its own: `export DB FILE` or `run DB FOLDER`. Prints what it took, as JSON. */
const [task, path = '', target = ''] = process.argv.slice(2);
let outcome: ArchiveOutcome | undefined;
if (task === 'export') {
  const database = openStateDatabaseReadOnly(path);
  // As archives are compressed.
  const gzip = createGzip({ level: 6, windowBits: 14, chunkSize: 65_536 });
  await pipeline(ScaleTrace.exportAgentLogsToStream(database), gzip, createWriteStream(target));
  database.close();
} else {
  await ScaleTrace.run(path, target, { onOutcome: (found) => (outcome = found) });
}
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
process.stdout.write(JSON.stringify({ outcome, rssBytes: maxRSS * 1_024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }));
