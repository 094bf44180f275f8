import type { WorkerExitReason } from '@codex-proxy/contracts';

export interface ExitFacts {
  /** The supervisor stops. */
  readonly stopping: boolean;
  /** A successor serves, and this worker was told to end. */
  readonly recycled: boolean;
  /** It had answered its handshake. */
  readonly wasReady: boolean;
  readonly wasUnresponsive: boolean;
  readonly signal: string | null;
}

export function exitReason({ stopping, recycled, wasReady, wasUnresponsive, signal }: ExitFacts): WorkerExitReason {
  if (recycled) return 'recycled';
  if (stopping) return 'stopped';
  if (!wasReady) return 'start_failed';
  if (wasUnresponsive) return 'killed_unresponsive';
  return signal === null ? 'crash' : 'signal';
}
