import type { TerminalRecord } from '@codex-proxy/contracts';
import type { Logger } from '@codex-proxy/logging';
import { observeTerminalRecord, type Metrics } from '@codex-proxy/metrics';
import type { TurnTrace } from '@codex-proxy/worker';
import type { RequestRecord } from '../ingress/request-record.ts';
import type { RunRecorder } from '../runs/run-recorder.ts';
import type { StreamEvents } from '../openai/stream-events.ts';
import type { LogFiles } from './log-files.ts';
import type { TraceJoin } from './trace-join.ts';

export interface RequestObserverParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly files: LogFiles;
  /** Absent: runs are not kept. */
  readonly runs?: RunRecorder | undefined;
  /** Hears of completed runs. */
  readonly archive?: { runCompleted(): void } | undefined;
  /** Absent: no request is traced. */
  readonly traces?: TraceJoin | undefined;
  readonly redact: (record: TerminalRecord) => TerminalRecord;
  readonly monotonicMs: () => number;
}

/** What is logged and counted of requests: the one place. */
export interface RequestObserver {
  /** Whether the frames of turns that begin now have to keep their payloads. */
  readonly capturesPayloads: boolean;
  received(record: RequestRecord): void;
  /** The terminal record: egress line, access and usage files, HTTP and stream metrics. */
  ended(terminal: TerminalRecord): void;
  /** The worker has let go of the request's turn. */
  settled(record: RequestRecord, trace: TurnTrace): void;
  stream(record: RequestRecord): StreamEvents;
}

export function createRequestObserver(parts: RequestObserverParts): RequestObserver {
  const { logger, metrics, files, runs, archive, traces, redact, monotonicMs } = parts;
  const active = metrics.gauge('codex_streams_active');
  const interDelta = metrics.histogram('codex_stream_inter_delta_ms');
  const chunksLogged = (): boolean => logger.isEnabled('stream_chunk');
  return {
    get capturesPayloads() {
      return traces?.capturesPayloads === true;
    },
    received: (record) => {
      logger.event('request_received', { ...record.ids, method: record.method, route: record.route });
    },
    ended: (record) => {
      const terminal = redact(record);
      const level = isFault(terminal) ? 'warn' : 'info';
      logger.event('request_completed', terminal, level);
      files.access.write(terminal, level);
      files.usage.write(terminal);
      observeTerminalRecord(metrics, terminal);
      traces?.ended(terminal);
      runs?.ended(terminal);
      if (terminal.worker_pid !== undefined) archive?.runCompleted();
    },
    settled: (record, trace) => {
      files.proto.write(
        { request_id: record.requestId, run_id: record.requestId, model: record.model, thread_id: trace.threadId },
        trace.frames,
      );
      traces?.settled(record.requestId, trace.frames);
    },
    // Of models, the record's alone: what the client named is its own, and no label.
    stream: (record) => ({
      onStarted: () => {
        active.inc({});
        if (chunksLogged()) logger.event('stream_started', { ...record.ids, model: record.model });
      },
      onContent: (_model, count, gapMs) => {
        const { model = 'other' } = record;
        if (gapMs !== undefined) interDelta.observe({ model }, gapMs);
        if (count > 1) interDelta.observe({ model }, 0, count - 1);
        if (chunksLogged()) logger.event('stream_chunk', { ...record.ids, model, count, latency_ms: monotonicMs() - record.startedAtMs });
      },
      onKeepalive: () => {
        if (chunksLogged()) logger.event('stream_keepalive', record.ids);
      },
      onDone: (deltaCount) => {
        if (chunksLogged()) logger.event('stream_done', { ...record.ids, delta_count: deltaCount });
      },
      onDisconnected: (reason, deltaCount) => {
        logger.event('stream_disconnected', { ...record.ids, reason, delta_count: deltaCount });
      },
      onEnded: () => {
        active.inc({}, -1);
      },
    }),
  };
}

/** What an operator has switched on is no fault. */
function isFault({ status, error_code }: TerminalRecord): boolean {
  return status >= 500 && error_code !== 'maintenance';
}
