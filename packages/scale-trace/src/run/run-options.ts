import type { ArchiveOutcome, ArchiveProgress, ArchiveStart } from '@codex-proxy/contracts';
import type { Redactor } from '@codex-proxy/redaction';

/** What every method takes that writes an archive. */
export interface ArchiveOptions {
  /** Gives the time, for names, cutoffs and the manifest. Default: that of the system. */
  readonly clock?: () => Date | number;
  /** With an operator's rules, if there are any. Everything is redacted under the profile `archive`. Default: the built-in rules. */
  readonly redactor?: Redactor;
  /** Ends the work at the next step with `archive_stopped`. A run that is ended so goes on next time. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ArchiveProgress) => void;
}

export interface RunOptions extends ArchiveOptions {
  /** A table that takes more is archived. Default 100 MiB. */
  readonly thresholdBytes?: number;
  /** Rows are about to be archived; what was cut is resumed without. */
  readonly onStart?: (start: ArchiveStart) => void;
  /** One for each archive of an earlier run that was resumed, or found damaged, then one for the run itself. */
  readonly onOutcome?: (outcome: ArchiveOutcome) => void;
}

/** 100 MiB: requirement document 004. */
export const THRESHOLD_BYTES = 100 * 1024 * 1024;
