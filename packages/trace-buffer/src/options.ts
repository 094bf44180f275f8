import type { TracePrune } from '@codex-proxy/contracts';
import type { Redactor } from '@codex-proxy/redaction';
import type { HealthReports } from './reports/buffer-health.ts';
import type { Pace } from './write/token-bucket.ts';

/** Capture was switched. */
export interface TraceToggle {
  readonly from: boolean;
  readonly to: boolean;
  /** What switched it: `environment`, `endpoint`. */
  readonly source: string;
}

/** How a trace buffer is opened. What it reports, it reports by callbacks; what these throw is ignored. */
export interface TraceBufferOptions extends HealthReports {
  /** Its own folder; made with mode 0700 where there is none. A link is refused. */
  readonly folder: string;
  /** Whether requests are captured from the start. The limits are kept either way. */
  readonly enabled: boolean;
  /** Longest life of an artifact. Default 24. */
  readonly ttlHours?: number;
  /** Most artifacts. Default 100. */
  readonly maxFiles?: number;
  /** Largest artifact, at least 4 KiB. Default 512 KiB. */
  readonly maxArtifactBytes?: number;
  /** Profile `trace` is used. */
  readonly redactor: Pick<Redactor, 'value' | 'text'>;
  /** Takes known secrets, such as the program's own keys, out of every text before the redactor looks at it. Default: none. */
  readonly redactText?: ((text: string) => string) | undefined;
  /** Milliseconds since the epoch. Default: the system clock. */
  readonly nowMs?: () => number;
  /** Whether `nowMs` can be believed that an artifact is too old, or from the future. Default: always. */
  readonly mayExpire?: () => boolean;
  /** Milliseconds on a clock that is never set. Default: `performance.now`. */
  readonly monotonicMs?: () => number;
  readonly onToggle?: ((toggle: TraceToggle) => void) | undefined;
  /** What was removed, summed over a second, one report a reason. */
  readonly onPrune?: ((prune: TracePrune) => void) | undefined;
  /** How many artifacts there are, whenever that changes. */
  readonly onEntries?: ((count: number) => void) | undefined;
  /** How fast artifacts are written. */
  readonly pace?: Pace;
  /** How often the whole folder is swept. Default ten minutes. */
  readonly sweepIntervalMs?: number;
  /** How often a buffer that does not work tries again. Default 5 s. */
  readonly retryMs?: number;
}

const MIN_ARTIFACT_BYTES = 4_096;

/** Options with every default in place. */
export function withDefaults(options: TraceBufferOptions): ResolvedOptions {
  const maxFiles = Math.max(1, Math.trunc(options.maxFiles ?? 100));
  return {
    ...options,
    ttlHours: options.ttlHours ?? 24,
    maxFiles,
    maxArtifactBytes: Math.max(MIN_ARTIFACT_BYTES, options.maxArtifactBytes ?? 524_288),
    redactText: options.redactText ?? ((text) => text),
    nowMs: options.nowMs ?? Date.now,
    mayExpire: options.mayExpire ?? (() => true),
    monotonicMs: options.monotonicMs ?? (() => performance.now()),
    pace: { burst: options.pace?.burst ?? maxFiles, perSecond: options.pace?.perSecond ?? 5 },
    sweepIntervalMs: options.sweepIntervalMs ?? 600_000,
    retryMs: options.retryMs ?? 5_000,
  };
}

/** The options without which a buffer can be opened. */
type Defaulted =
  | 'ttlHours'
  | 'maxFiles'
  | 'maxArtifactBytes'
  | 'nowMs'
  | 'mayExpire'
  | 'monotonicMs'
  | 'sweepIntervalMs'
  | 'retryMs'
  | 'pace'
  | 'redactText';

export interface ResolvedOptions extends Omit<TraceBufferOptions, Defaulted> {
  readonly ttlHours: number;
  readonly maxFiles: number;
  readonly maxArtifactBytes: number;
  readonly redactText: (text: string) => string;
  readonly nowMs: () => number;
  readonly mayExpire: () => boolean;
  readonly monotonicMs: () => number;
  readonly pace: Required<Pace>;
  readonly sweepIntervalMs: number;
  readonly retryMs: number;
}
