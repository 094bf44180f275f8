import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchivePhase, ArchiveProgress } from '@codex-proxy/contracts';
import { bar } from '../text/bar.ts';
import { formatBytes } from '../text/duration.ts';
import { formatCount } from '../text/number.ts';
import { namesIn } from '../files/walk.ts';

const PHASES: Readonly<Record<ArchivePhase, { readonly doing: string; readonly unit: string }>> = {
  export: { doing: 'exporting', unit: 'rows' },
  verify: { doing: 'verifying', unit: 'rows' },
  purge: { doing: 'purging', unit: 'rows' },
  reclaim: { doing: 'giving back', unit: 'pages' },
};

/** `exporting ▕████    ▏  33 %  12,000 of 36,000 rows, 4.1 MB written`. */
export function progressText({ phase, done, total }: ArchiveProgress, archives: string): string {
  const { doing, unit } = PHASES[phase];
  const written = phase === 'export' ? `, ${formatBytes(partBytes(archives))} written` : '';
  return `${doing} ${bar(done, total)}  ${formatCount(done)} of ${formatCount(total)} ${unit}${written}`;
}

/** What the file that is being written takes so far. */
function partBytes(archives: string): number {
  const name = namesIn(archives).find((each) => each.endsWith('.part'));
  try {
    return name === undefined ? 0 : statSync(join(archives, name)).size;
  } catch {
    return 0;
  }
}
