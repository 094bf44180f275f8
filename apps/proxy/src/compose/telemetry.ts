import type { LogFields } from '@codex-proxy/contracts';
import { createLogger, createRequestContext, type Logger, type RequestContext, type StdoutDestination } from '@codex-proxy/logging';
import { createMetrics, type Metrics } from '@codex-proxy/metrics';
import type { Configuration } from '../config/configuration.ts';
import type { RequestRecord } from '../ingress/request-record.ts';
import { openLogFiles, type LogFiles } from '../observe/log-files.ts';
import type { Secrecy } from './secrecy.ts';

const MIB = 1_048_576;

/** What every part tells of itself: the log, its files, and the metrics. */
export interface Telemetry {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly files: LogFiles;
  /** The request that is being served, for the lines that are logged meanwhile. */
  readonly context: RequestContext<RequestRecord>;
}

export interface TelemetryParts {
  readonly configuration: Configuration;
  readonly stateDir: string;
  readonly secrecy: Secrecy;
  /** Where the log goes. */
  readonly stdout: Pick<StdoutDestination, 'write'>;
}

export function openTelemetry({ configuration, stateDir, secrecy, stdout }: TelemetryParts): Telemetry {
  const { redactRecord } = secrecy;
  // A window that slides must not stand still for hours when the time of day is set back.
  const metrics = createMetrics({ now: () => performance.now() });
  const context = createRequestContext<RequestRecord>();
  const onDrop = (sink: string, count: number): void => {
    metrics.counter('codex_log_dropped_total').inc({ sink }, count);
  };
  const logger = createLogger({
    level: configuration.LOG_LEVEL,
    destination: stdout,
    redact: redactRecord,
    context: () => context.get()?.ids,
    onDrop,
  });
  const files = openLogFiles({
    stateDir,
    maxBytes: configuration.LOG_MAX_MB * MIB,
    maxFiles: configuration.LOG_MAX_FILES,
    redact: redactRecord,
    onDrop,
    onError: (sink, error) => {
      logger.event('log_sink_failed', { sink, error_message: error.message });
    },
    onRecover: (sink, count) => {
      logger.event('log_sink_recovered', { sink, count });
    },
  });
  return { logger, metrics, files, context };
}

/** Logs an error that no one expected, under the ids of the request that met it: its client is told to look for them. */
export function logUnexpected(logger: Logger, error: unknown, ids: LogFields = {}): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  logger.event('uncaught_error', { ...ids, error_message: message, error_stack: stack });
}
