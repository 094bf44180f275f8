import type { ArchiveOutcome, ArchiveProgress, ArchiveStart } from '@codex-proxy/contracts';
import type { ArchiveRedaction } from '../export/redaction.ts';

/** What one run is to do. */
export interface RunRequest {
  readonly dbPath: string;
  readonly outputDir: string;
  readonly thresholdBytes: number;
  readonly redaction: ArchiveRedaction;
}

export type ToThread = { readonly kind: 'run'; readonly request: RunRequest } | { readonly kind: 'stop' };

export type FromThread =
  | { readonly kind: 'start'; readonly start: ArchiveStart }
  | { readonly kind: 'outcome'; readonly outcome: ArchiveOutcome }
  | { readonly kind: 'progress'; readonly progress: ArchiveProgress };
