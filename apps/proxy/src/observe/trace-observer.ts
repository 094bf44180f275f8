import type { Logger } from '@codex-proxy/logging';
import type { Metrics } from '@codex-proxy/metrics';
import type { TraceBufferOptions } from '@codex-proxy/trace-buffer';

type Callbacks = 'onToggle' | 'onPrune' | 'onEntries' | 'onWriteError' | 'onFailure' | 'onRecover';

const word = (on: boolean): string => (on ? 'on' : 'off');

/** What is logged and counted of the trace buffer: the one place. */
export function createTraceObserver(parts: { logger: Logger; metrics: Metrics }): Required<Pick<TraceBufferOptions, Callbacks>> {
  const { logger, metrics } = parts;
  return {
    onToggle: ({ from, to, source }) => {
      logger.event('trace_buffer_toggled', { from: word(from), to: word(to), source });
    },
    onPrune: ({ reason, count, bytes }) => {
      metrics.counter('codex_trace_buffer_pruned_total').inc({ reason }, count);
      logger.event('trace_buffer_pruned', { worker_event: 'trace_buffer_prune', reason, count, bytes });
    },
    onEntries: (count) => {
      metrics.gauge('codex_trace_buffer_entries').set({}, count);
    },
    onWriteError: () => {
      metrics.counter('codex_trace_buffer_write_errors_total').inc({});
    },
    onFailure: ({ operation, error }) => {
      logger.event('trace_buffer_failed', { reason: `${operation}_failed`, error_message: error.message });
    },
    onRecover: ({ operation, lostCount }) => {
      logger.event('trace_buffer_recovered', { reason: `${operation}_failed`, count: lostCount });
    },
  };
}
