import type { WorkerRecycleReason } from './worker-recycle.ts';
import type { WorkerState } from './worker-snapshot.ts';

export type WorkerStartFailure = 'spawn_failed' | 'handshake_timeout' | 'handshake_failed' | 'exited_early';
export type WorkerExitReason = 'crash' | 'signal' | 'stopped' | 'recycled' | 'killed_unresponsive' | 'start_failed';
/** How a worker was found unresponsive: it says nothing, even when asked; or it takes no more of its input. */
export type WorkerUnresponsiveReason = 'silent' | 'input_blocked';

/** What the supervisor reports of its worker; the app turns these into log records and metrics. All text is redacted. */
export interface WorkerEvents {
  onStateChange(change: { from: WorkerState; to: WorkerState; pid?: number | undefined }): void;
  /** A process was spawned; a `successor` while another one serves. */
  onStarting(start: { pid: number; restartCount: number; successor: boolean }): void;
  /** A process answered its handshake, and serves. */
  onStarted(start: { pid: number; version: string; handshakeMs: number; restartCount: number }): void;
  onStartFailed(failure: { reason: WorkerStartFailure; message: string; restartStreak: number; pid?: number | undefined }): void;
  onExited(exit: {
    pid: number;
    exitCode: number | null;
    signal: string | null;
    reason: WorkerExitReason;
    /** False for the other worker of a recycle: the successor, or the one that drained. */
    served: boolean;
    restartCount: number;
    turnsLost: number;
  }): void;
  onBackoff(backoff: { delayMs: number; restartStreak: number }): void;
  /** A replacement process was started. */
  onRestart(restart: { restartCount: number }): void;
  /** A planned recycle begins: `pid` serves until its successor can. */
  onRecycling(recycle: { reason: WorkerRecycleReason; pid: number; residentBytes: number; turns: number }): void;
  /** The successor serves, as of `onStarted`; the old worker `pid` keeps `drainingTurns` until they end, and then ends itself. */
  onRecycled(recycle: { reason: WorkerRecycleReason; pid: number; successorPid: number; drainingTurns: number; elapsedMs: number }): void;
  /** There is no successor; the old worker serves on, unless it is what ended. `retryMs`: when it is tried again, if it is. */
  onRecycleFailed(failure: {
    reason: WorkerRecycleReason;
    cause: WorkerStartFailure | 'worker_exited';
    message: string;
    retryMs?: number | undefined;
  }): void;
  /** A worker does nothing any more, and is killed for it. */
  onUnresponsive(finding: { pid: number; reason: WorkerUnresponsiveReason; silentMs: number }): void;
  /** A line of standard error; at most `maxPerSecond` of the supervisor's options are reported. */
  onStderr(line: { text: string; suppressed: number }): void;
  /** Something that is not the protocol: no JSON, no known shape, an unknown id, a line too long. Rate limited. */
  onProtocolError(error: { reason: string; bytes: number; suppressed: number }): void;
  /** A request of the worker to its client was answered by policy. */
  onServerRequest(request: { method: string; decision: string }): void;
}

export const RPC_FRAME_TYPES = [
  'rpc_request',
  'rpc_response',
  'rpc_notification',
  'rpc_error',
  'server_request',
  'server_response',
  'delta_run',
] as const;
export type RpcFrameType = (typeof RPC_FRAME_TYPES)[number];

/** Metadata of one JSON-RPC frame of a turn, or of a run of consecutive deltas. */
export interface RpcFrame {
  readonly type: RpcFrameType;
  readonly direction: 'to_worker' | 'from_worker';
  readonly method: string;
  readonly id?: string | number | undefined;
  /** Milliseconds on the injected clock, so that frames of a turn can be compared. */
  readonly atMs: number;
  /** Size on the wire, newline excluded; summed for a run. */
  bytes: number;
  /** Frames in a run of deltas. */
  count?: number;
  lastAtMs?: number;
  /** Longest time between two deltas of a run, and how many had come before it. */
  maxGapMs?: number;
  maxGapAfter?: number;
  /** Params, result or error as they were on the wire, secrets and content and all; only where a trace asked for it. Never logged. */
  readonly payload?: unknown;
}

/** Token counts as the model provider reported them. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningOutputTokens: number;
}
