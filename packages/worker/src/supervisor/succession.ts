import type { WorkerEvents, WorkerRecycleReason, WorkerRecycleState, WorkerStartFailure } from '@codex-proxy/contracts';
import type { TurnFailure } from '../turns/turn-request.ts';
import type { TurnDesk } from '../turns/turn-desk.ts';
import type { Inquiries } from './inquiries.ts';
import type { RecyclePlan } from './recycle-plan.ts';
import type { WorkerConnection } from './worker-connection.ts';

const REPLACED: TurnFailure = { code: 'worker_exited', message: 'The Codex worker was replaced before it could finish this request.' };

export interface SuccessionOptions {
  readonly plan: RecyclePlan;
  readonly desk: TurnDesk;
  readonly inquiries: Inquiries;
  readonly events: WorkerEvents;
  /** What turns on the old worker get at least. */
  readonly drainMs: number;
  readonly monotonicMs: () => number;
  readonly redactText: (text: string) => string;
  /** The worker that serves, if one does. */
  readonly serving: () => WorkerConnection | undefined;
  readonly residentBytes: () => number;
  /** @throws what keeps a process from being spawned. */
  readonly connect: () => WorkerConnection;
}

interface Successor {
  readonly reason: WorkerRecycleReason;
  readonly startedAtMs: number;
  connection?: WorkerConnection;
}

interface Retired {
  readonly reason: WorkerRecycleReason;
  readonly connection: WorkerConnection;
  readonly atMs: number;
  ending: boolean;
}

/** Replaces the serving worker as planned: the successor first, then the drain of the old one. One at a time. */
export class Succession {
  readonly #options: SuccessionOptions;
  #successor: Successor | undefined;
  #retired: Retired | undefined;
  #count = 0;

  constructor(options: SuccessionOptions) {
    this.#options = options;
  }

  state(): WorkerRecycleState {
    const workerPid = this.#options.serving()?.pid;
    const serving = { ...(workerPid === undefined ? {} : { worker_pid: workerPid }), recycles: this.#count };
    if (this.#successor !== undefined) {
      const { reason, connection } = this.#successor;
      return { status: 'starting', reason, ...serving, ...(connection?.pid === undefined ? {} : { other_pid: connection.pid }) };
    }
    if (this.#retired === undefined) return { status: 'idle', ...serving };
    const { reason, connection } = this.#retired;
    const turns = this.#options.desk.turnsOn(connection.channel);
    return {
      status: 'draining',
      reason,
      ...serving,
      ...(connection.pid === undefined ? {} : { other_pid: connection.pid }),
      draining_turns: turns,
    };
  }

  isSuccessor(connection: WorkerConnection): boolean {
    return this.#successor?.connection === connection;
  }

  /** Whether `connection` is the old worker, and was told to end. */
  hasEnded(connection: WorkerConnection): boolean {
    return this.#retired?.connection === connection && this.#retired.ending;
  }

  /** @returns false when one is under way. */
  begin(reason: WorkerRecycleReason): boolean {
    const { serving, events, plan, monotonicMs, residentBytes, connect } = this.#options;
    const pid = serving()?.pid;
    if (this.#successor !== undefined || this.#retired !== undefined || pid === undefined) return false;
    const successor: Successor = { reason, startedAtMs: monotonicMs() };
    this.#successor = successor;
    events.onRecycling({ reason, pid, residentBytes: residentBytes(), turns: plan.turns });
    try {
      successor.connection = connect();
    } catch (error) {
      this.fail('spawn_failed', error instanceof Error ? error.message : 'spawn failed');
    }
    return true;
  }

  /** Looks at the limits of the serving worker. */
  check(): void {
    const { plan, monotonicMs, residentBytes, drainMs, desk } = this.#options;
    if (this.#successor !== undefined) return;
    const nowMs = monotonicMs();
    const reason = plan.due(nowMs, residentBytes);
    if (reason === undefined) return;
    if (this.#retired === undefined) this.begin(reason);
    // Memory cannot wait for a turn that takes for ever.
    else if (reason === 'memory' && nowMs - this.#retired.atMs >= drainMs) {
      desk.workerLost(this.#retired.connection.channel, REPLACED);
      this.#end(this.#retired);
    }
  }

  /** There will be no successor, for now. */
  fail(cause: WorkerStartFailure | 'worker_exited', message: string): void {
    const { plan, monotonicMs, events, redactText } = this.#options;
    if (this.#successor === undefined) return;
    const { reason } = this.#successor;
    this.#successor = undefined;
    const retryMs = cause === 'worker_exited' ? undefined : plan.failed(reason, monotonicMs());
    events.onRecycleFailed({ reason, cause, message: redactText(message), retryMs });
  }

  /** The serving worker has ended: what was to succeed it takes its place as any worker that starts. */
  promote(): WorkerConnection | undefined {
    const connection = this.#successor?.connection;
    this.fail('worker_exited', 'the worker that was to be replaced ended first');
    return connection;
  }

  /**
   * The successor has answered its handshake, and `old` is to be let go. To be called before the successor serves.
   * @returns what ends the old one when its turns have ended; to be called when the successor serves.
   */
  succeed(old: WorkerConnection, successorPid: number): () => void {
    const { plan, events, desk, monotonicMs } = this.#options;
    const nowMs = monotonicMs();
    const { reason, startedAtMs } = this.#successor ?? { reason: 'demand', startedAtMs: nowMs };
    const retired: Retired = { reason, connection: old, atMs: nowMs, ending: false };
    this.#successor = undefined;
    this.#retired = retired;
    this.#count += 1;
    plan.succeeded(reason, nowMs);
    return () => {
      const drainingTurns = desk.turnsOn(old.channel);
      events.onRecycled({ reason, pid: old.pid ?? 0, successorPid, drainingTurns, elapsedMs: nowMs - startedAtMs });
      desk.whenLetGo(old.channel, () => {
        this.endIfIdle();
      });
    };
  }

  /** Ends the old worker when neither a turn nor an inquiry needs it any more. */
  endIfIdle(): void {
    const { desk, inquiries } = this.#options;
    if (this.#retired === undefined) return;
    const { channel } = this.#retired.connection;
    if (desk.turnsOn(channel) === 0 && !inquiries.awaits(channel)) this.#end(this.#retired);
  }

  /** `connection` is gone. */
  exited(connection: WorkerConnection): void {
    if (this.#retired?.connection === connection) this.#retired = undefined;
  }

  /** Everything is to end: nothing succeeds any more. */
  cancel(): void {
    void this.#successor?.connection?.stop();
    this.#successor = undefined;
  }

  #end(retired: Retired): void {
    if (retired.ending) return;
    retired.ending = true;
    void retired.connection.stop();
  }
}
