import type { WorkerEvents } from '@codex-proxy/contracts';
import type { Logger } from '@codex-proxy/logging';
import { observeBuild, type Metrics } from '@codex-proxy/metrics';

/** What is logged and counted of the worker's life: the one place. */
export function createWorkerObserver(parts: { logger: Logger; metrics: Metrics; version: string; onReady: () => void }): WorkerEvents {
  const { logger, metrics, version, onReady } = parts;
  return {
    onStateChange: ({ from, to, pid }) => {
      logger.event('worker_state_changed', { from, to, worker_state: to, worker_pid: pid });
    },
    onStarting: ({ pid, restartCount, successor }) => {
      // The state is that of the worker that serves.
      const state = successor ? 'ready' : 'handshake';
      logger.event('worker_starting', { worker_pid: pid, restart_count: restartCount, worker_state: state });
    },
    onStarted: ({ pid, version: codexVersion, handshakeMs, restartCount }) => {
      logger.event('worker_started', {
        worker_pid: pid,
        version: codexVersion,
        handshake_ms: Math.round(handshakeMs),
        restart_count: restartCount,
        worker_state: 'ready',
      });
      metrics.histogram('codex_worker_handshake_ms').observe({}, handshakeMs);
      observeBuild(metrics, version, codexVersion);
      onReady();
    },
    onStartFailed: ({ reason, message, restartStreak, pid }) => {
      logger.event('worker_start_failed', { reason, error_message: message, restart_streak: restartStreak, worker_pid: pid });
    },
    onExited: ({ pid, exitCode, signal, reason, served, restartCount, turnsLost }) => {
      const fields = {
        worker_pid: pid,
        exit_code: exitCode,
        signal: signal ?? undefined,
        reason,
        restart_count: restartCount,
        count: turnsLost,
      };
      const planned = reason === 'stopped' || reason === 'recycled';
      logger.event('worker_exited', { ...fields, ...(served ? { worker_state: 'exited' } : {}) }, planned ? 'info' : 'warn');
    },
    onBackoff: ({ delayMs, restartStreak }) => {
      logger.event('worker_backoff', { backoff_ms: delayMs, restart_streak: restartStreak, worker_state: 'backoff' });
    },
    onRestart: () => {
      metrics.counter('codex_worker_restarts_total').inc({});
    },
    onRecycling: ({ reason, pid, residentBytes, turns }) => {
      logger.event('worker_recycling', { reason, worker_pid: pid, bytes: residentBytes, count: turns });
    },
    onRecycled: ({ reason, successorPid, drainingTurns, elapsedMs }) => {
      logger.event('worker_recycled', { reason, worker_pid: successorPid, count: drainingTurns, duration_ms: Math.round(elapsedMs) });
      metrics.counter('codex_worker_recycles_total').inc({ reason });
    },
    onRecycleFailed: ({ reason, cause, message, retryMs }) => {
      logger.event('worker_recycle_failed', { reason, error_message: `${cause}: ${message}`, backoff_ms: retryMs });
    },
    onUnresponsive: ({ pid, reason, silentMs }) => {
      logger.event('worker_unresponsive', { worker_pid: pid, reason, duration_ms: Math.round(silentMs) });
    },
    onStderr: ({ text, suppressed }) => {
      logger.event('worker_stderr', { message: text, count: suppressed });
    },
    onProtocolError: ({ reason, bytes, suppressed }) => {
      logger.event('worker_protocol_error', { reason, bytes, count: suppressed });
    },
    onServerRequest: ({ method, decision }) => {
      logger.event('worker_request_answered', { rpc_method: method, reason: decision });
    },
  };
}
