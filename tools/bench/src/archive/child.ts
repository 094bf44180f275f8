import type { ArchiveOutcome } from '@codex-proxy/contracts';
import { ScaleTrace } from '@codex-proxy/scale-trace';

/** What is measured, in a process of its own: `DB FOLDER [THRESHOLD_BYTES]`. Prints what it took, the export apart, as JSON. */
const [path = '', folder = '', threshold] = process.argv.slice(2);
let outcome: ArchiveOutcome | undefined;
let exported: object | undefined;
await ScaleTrace.run(path, folder, {
  ...(threshold === undefined ? {} : { thresholdBytes: Number(threshold) }),
  onOutcome: (found) => (outcome = found),
  // All is exported, compressed and synced when the first rows have been read back; what counts is from the start of the process.
  onProgress: ({ phase }) => {
    if (phase === 'verify') exported ??= { seconds: performance.now() / 1_000, cpuSeconds: cpuSeconds() };
  },
});
process.stdout.write(JSON.stringify({ outcome, exported, rssBytes: process.resourceUsage().maxRSS * 1_024, cpuSeconds: cpuSeconds() }));

/** Of all threads. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
