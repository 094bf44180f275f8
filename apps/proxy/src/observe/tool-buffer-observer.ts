import type { LogFields, OutputMode } from '@codex-proxy/contracts';
import type { Logger } from '@codex-proxy/logging';
import type { Metrics } from '@codex-proxy/metrics';
import type { ToolBufferAnomaly, ToolBufferEvents } from '@codex-proxy/tool-buffer';

/** What is logged and counted of the tool calls that models write as text: the one place. */
export function createToolBufferObserver(parts: {
  logger: Logger;
  metrics: Metrics;
  anomaly: ToolBufferAnomaly;
}): (ids: LogFields, outputMode: OutputMode) => ToolBufferEvents {
  const { logger, metrics, anomaly } = parts;
  const started = metrics.counter('codex_tool_buffer_started_total');
  const flushed = metrics.counter('codex_tool_buffer_flushed_total');
  const aborted = metrics.counter('codex_tool_buffer_aborted_total');
  return (ids, output_mode) => ({
    onStarted: () => {
      started.inc({ output_mode });
    },
    onFlushed: () => {
      flushed.inc({ output_mode });
    },
    onAborted: (reason, chars) => {
      aborted.inc({ output_mode, reason });
      anomaly.onAborted(reason);
      logger.event('tool_buffer_aborted', { ...ids, reason, count: chars }, reason === 'disconnect' ? 'info' : 'warn');
    },
    onMalformed: (reason) => {
      logger.event('tool_buffer_malformed', { ...ids, reason });
    },
  });
}
