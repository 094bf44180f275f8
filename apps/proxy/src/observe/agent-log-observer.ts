import type { Logger } from '@codex-proxy/logging';
import type { Metrics } from '@codex-proxy/metrics';
import type { StateDbError } from '@codex-proxy/state-db';

const REPORT_INTERVAL_MS = 10_000;

/** What is logged and counted of the agent logs. */
export interface AgentLogObserver {
  onFailure(error: StateDbError): void;
  onRecover(recovery: { readonly dropped: number }): void;
  /** A row was not kept. Logged in sums. */
  onDropped(reason: string): void;
  /** Logs what was not said yet. */
  close(): void;
}

/** The one place. */
export function createAgentLogObserver({ logger, metrics }: { logger: Logger; metrics: Metrics }): AgentLogObserver {
  const counter = metrics.counter('codex_log_dropped_total');
  const unsaid = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  const say = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const [reason, count] of unsaid) logger.event('agent_logs_dropped', { reason, count });
    unsaid.clear();
  };
  return {
    onFailure: ({ code, message }) => {
      logger.event('agent_logs_failed', { reason: code, error_message: message });
    },
    onRecover: ({ dropped }) => {
      logger.event('agent_logs_recovered', { count: dropped });
    },
    onDropped: (reason) => {
      counter.inc({ sink: 'agent_logs' });
      unsaid.set(reason, (unsaid.get(reason) ?? 0) + 1);
      timer ??= setTimeout(say, REPORT_INTERVAL_MS).unref();
    },
    close: say,
  };
}
