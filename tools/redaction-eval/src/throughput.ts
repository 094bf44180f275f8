import type { Profile, Redactor } from '@codex-proxy/redaction';
import type { CorpusRecord } from './corpus.ts';

/** How fast a redactor goes through the texts of a corpus, in millions of UTF-16 units a second. */
export interface Throughput {
  readonly texts: number;
  readonly unitsPerPass: number;
  readonly megaUnitsPerSecond: number;
}

/** Goes through all texts over and over for at least `atLeastMs` after a pass to warm up. `nowMs` is a monotonic clock. */
export function measureThroughput(
  redactor: Redactor,
  records: readonly CorpusRecord[],
  { profile = 'text', atLeastMs, nowMs }: { readonly profile?: Profile; readonly atLeastMs: number; readonly nowMs: () => number },
): Throughput {
  const unitsPerPass = records.reduce((sum, record) => sum + record.text.length, 0);
  const pass = (): void => {
    for (const record of records) redactor.text(record.text, profile);
  };
  pass();
  const start = nowMs();
  let passes = 0;
  let elapsedMs = 0;
  while (elapsedMs < atLeastMs || passes === 0) {
    pass();
    passes += 1;
    elapsedMs = nowMs() - start;
  }
  return { texts: records.length, unitsPerPass, megaUnitsPerSecond: (unitsPerPass * passes) / 1000 / Math.max(elapsedMs, 1e-6) };
}
