import type { ArchiveOutcome } from '@codex-proxy/contracts';
import type { JsonRecord } from '../json/record.ts';
import { formatBytes, formatMs } from '../text/duration.ts';
import { counted } from '../text/number.ts';
import { printable } from '../text/printable.ts';

const MIB = 1_048_576;

/** A sentence on what a run did; nothing for what standard error tells. */
export function renderOutcome(outcome: ArchiveOutcome): string {
  const { kind, archivedFilePath = '', rowsArchived, rowsPurged, originalSizeBytes, compressedSizeBytes, durationMs } = outcome;
  const file = printable(archivedFilePath);
  const returned = outcome.bytesReturned > 0 ? `, ${formatBytes(outcome.bytesReturned)} given back to the disk` : '';
  switch (kind) {
    case 'archived':
      return (
        `${counted(rowsArchived, 'row')} archived, ${formatBytes(originalSizeBytes)} as ${formatBytes(compressedSizeBytes)}: ${file}\n` +
        `${counted(rowsPurged, 'row')} purged${returned}, in ${formatMs(durationMs)}\n`
      );
    case 'resumed':
      return `${counted(rowsPurged, 'row')} purged that an earlier run had archived${returned}: ${file}\n`;
    case 'below_threshold':
      // Above it and not archived: there is no row.
      if (outcome.sizeBytes > outcome.thresholdBytes) return `nothing to archive: agent_logs has no rows${returned}\n`;
      return `nothing to archive: agent_logs takes ${formatBytes(outcome.sizeBytes)}, and is archived above ${formatBytes(outcome.thresholdBytes)} (${Math.round(outcome.thresholdBytes / MIB)} MiB)${returned}\n`;
    case 'failed':
      return archivedFilePath === ''
        ? ''
        : `what an earlier run had archived is no archive any more, and its rows are archived anew: ${file}\n`;
    case 'busy':
    case 'stopped':
      return '';
  }
}

/** As `--json` has it. */
export function outcomeDocument(outcome: ArchiveOutcome): JsonRecord {
  return {
    kind: outcome.kind,
    size_bytes: outcome.sizeBytes,
    threshold_bytes: outcome.thresholdBytes,
    path: outcome.archivedFilePath ?? null,
    rows_archived: outcome.rowsArchived,
    rows_purged: outcome.rowsPurged,
    original_bytes: outcome.originalSizeBytes,
    compressed_bytes: outcome.compressedSizeBytes,
    bytes_returned: outcome.bytesReturned,
    duration_ms: Math.round(outcome.durationMs),
    error_code: outcome.error?.code ?? null,
  };
}
