import type { WorkerEvents, WorkerRecycleState, WorkerSnapshot, WorkerStartFailure, WorkerState } from '@codex-proxy/contracts';
import { WorkerUnavailableError } from '../errors.ts';
import { residentBytes } from '../process/worker-process.ts';
import type { Turn, TurnFailure, TurnObserver, TurnRequest } from '../turns/turn-request.ts';
import { TurnDesk } from '../turns/turn-desk.ts';
import { Backoff } from './backoff.ts';
import { exitReason } from './exit-reason.ts';
import { Inquiries } from './inquiries.ts';
import { isolatedEvents } from './isolated-events.ts';
import type { SupervisorOptions } from './options.ts';
import { RecyclePlan } from './recycle-plan.ts';
import { Reports } from './reports.ts';
import { Succession } from './succession.ts';
import { WorkerConnection, type ConnectionEvents } from './worker-connection.ts';

/** Failed starts in a row after which requests are refused at once instead of waiting. */
const FAILED_STARTS_BEFORE_REFUSAL = 5;
const MIB = 1_048_576;

const NOT_READY: TurnFailure = { code: 'worker_not_ready', message: 'The Codex worker is not ready.' };
const EXITED: TurnFailure = { code: 'worker_exited', message: 'The Codex worker ended while it worked on this request.' };
const UNRESPONSIVE: TurnFailure = {
  code: 'worker_exited',
  message: 'The Codex worker stopped responding while it worked on this request, and was ended.',
};
const SHUTTING_DOWN: TurnFailure = { code: 'shutting_down', message: 'The proxy is shutting down.' };

/** Keeps one `codex app-server` running and gives it turns. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #events: WorkerEvents;
  readonly #monotonicMs: () => number;
  readonly #desk: TurnDesk;
  readonly #backoff: Backoff;
  readonly #reports: Reports;
  #state: WorkerState = 'starting';
  readonly #inquiries: Inquiries;
  readonly #plan: RecyclePlan;
  readonly #succession: Succession;
  /** The worker that serves, or is on its way to. */
  #connection: WorkerConnection | undefined;
  /** Every process that lives: in a recycle there are two. */
  readonly #connections = new Set<WorkerConnection>();
  #version: string | undefined;
  #everReady = false;
  #failedStarts = 0;
  #restartCount = 0;
  #backoffMs = 0;
  #lastExitCode: number | null | undefined;
  #lastStartError: string | undefined;
  #stopping = false;
  #stopped: Promise<void> | undefined;
  #backoffTimer: NodeJS.Timeout | undefined;
  #stableTimer: NodeJS.Timeout | undefined;
  #limitsTimer: NodeJS.Timeout | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#events = isolatedEvents(options.events ?? {});
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
    this.#desk = new TurnDesk({
      maxConcurrency: options.maxConcurrency ?? 32,
      maxQueue: options.maxQueue ?? 128,
      settings: {
        cwd: options.threadCwd,
        sandbox: options.sandbox ?? 'read-only',
        agentTools: options.agentTools ?? false,
        requestTimeoutMs: options.requestTimeoutMs ?? 600_000,
        idleTimeoutMs: options.idleTimeoutMs ?? 300_000,
        monotonicMs: this.#monotonicMs,
        redactText: options.redactText,
      },
      onBegin: () => {
        if (this.#plan.turnBegun()) this.#checkLimits();
      },
    });
    const backoff = { initialMs: options.backoffInitialMs ?? 250, maxMs: options.backoffMaxMs ?? 5_000 };
    this.#backoff = new Backoff(backoff);
    this.#inquiries = new Inquiries(() => {
      this.#succession.endIfIdle();
    });
    this.#plan = new RecyclePlan({
      maxResidentBytes: options.maxResidentBytes ?? 0,
      maxTurns: options.maxTurns ?? 0,
      backoff,
      stableMs: options.stableMs ?? 10_000,
    });
    this.#succession = new Succession({
      plan: this.#plan,
      desk: this.#desk,
      inquiries: this.#inquiries,
      events: this.#events,
      drainMs: options.drainMs ?? 10_000,
      monotonicMs: this.#monotonicMs,
      redactText: options.redactText,
      serving: () => (this.#state === 'ready' ? this.#connection : undefined),
      residentBytes: () => this.residentBytes(),
      connect: () => this.#connect(),
    });
    this.#reports = new Reports({
      events: this.#events,
      redactText: options.redactText,
      monotonicMs: this.#monotonicMs,
      nowMs: options.nowMs ?? Date.now,
    });
  }

  /** Starts the first worker and goes on starting others, until `stop`. */
  start(): void {
    this.#startWorker();
    this.#limitsTimer = setInterval(() => {
      this.#checkLimits();
    }, this.#options.memoryCheckMs ?? 1_000).unref();
  }

  snapshot(): WorkerSnapshot {
    return {
      state: this.#state,
      ...(this.#connection?.pid === undefined ? {} : { pid: this.#connection.pid }),
      ...(this.#version === undefined ? {} : { version: this.#version }),
      everReady: this.#everReady,
      available: this.#failedStarts < FAILED_STARTS_BEFORE_REFUSAL,
      restartCount: this.#restartCount,
      restartStreak: this.#backoff.streak,
      backoffMs: this.#backoffMs,
      ...(this.#lastExitCode === undefined ? {} : { lastExitCode: this.#lastExitCode }),
      ...(this.#lastStartError === undefined ? {} : { lastStartError: this.#lastStartError }),
      inflight: this.#desk.inflight,
      queueDepth: this.#desk.queueDepth,
    };
  }

  get state(): WorkerState {
    return this.#state;
  }

  get restartCount(): number {
    return this.#restartCount;
  }

  /** Resident memory of the serving process in bytes; 0 without one. */
  residentBytes(): number {
    const pid = this.#connection?.pid;
    return pid === undefined ? 0 : residentBytes(pid);
  }

  /**
   * Submits a turn. Whatever happens, the observer hears of it: `onEnd` unless aborted, and `onSettled`. Never throws.
   */
  run(request: TurnRequest, observer: TurnObserver): Turn {
    return this.#desk.submit(request, observer, this.#refusal());
  }

  /**
   * Sends one request outside any turn, such as `model/list`.
   * @throws WorkerUnavailableError when no worker serves, it ends first, refuses, or takes longer than `timeoutMs`.
   */
  async request(method: string, params: object, timeoutMs = 5_000): Promise<unknown> {
    const connection = this.#connection;
    if (connection === undefined || this.#state !== 'ready') throw new WorkerUnavailableError('no worker serves');
    const outcome = await this.#inquiries.ask(connection.channel, method, params, timeoutMs);
    if ('error' in outcome) throw new WorkerUnavailableError(this.#options.redactText(outcome.error.message));
    return outcome.result;
  }

  /** What there is to tell of planned recycling. */
  recycleState(): WorkerRecycleState {
    return this.#succession.state();
  }

  /**
   * Replaces the serving worker as planned: a successor is started, new turns go to it once it has answered its handshake, and the old
   * worker ends when its turns have. No turn fails by it, and no restart is counted.
   * @returns with `started: false` when a recycle is under way already.
   * @throws WorkerUnavailableError when no worker serves: one that starts is as new as can be.
   */
  recycle(): WorkerRecycleState {
    if (this.#state !== 'ready' || this.#stopping) throw new WorkerUnavailableError('no worker serves');
    const started = this.#succession.begin('demand');
    return { ...this.#succession.state(), started };
  }

  /**
   * Takes no more turns, gives those in flight `graceMs` to end, fails the rest, and ends the worker. Resolves when the process
   * is gone.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#stopped ??= this.#drainAndEnd(graceMs);
    return this.#stopped;
  }

  async #drainAndEnd(graceMs: number): Promise<void> {
    clearTimeout(this.#backoffTimer);
    clearTimeout(this.#stableTimer);
    clearInterval(this.#limitsTimer);
    this.#backoffMs = 0;
    this.#succession.cancel();
    this.#desk.close();
    this.#desk.failQueued(SHUTTING_DOWN);
    if (this.#state === 'ready') this.#setState('draining');
    await this.#desk.idle(graceMs);
    this.#desk.failAll(SHUTTING_DOWN);
    await Promise.all([...this.#connections].map(async (connection) => connection.stop()));
    this.#setState('stopped');
  }

  #refusal(): TurnFailure | undefined {
    if (this.#stopping) return SHUTTING_DOWN;
    if (!this.#everReady || this.#failedStarts >= FAILED_STARTS_BEFORE_REFUSAL) return NOT_READY;
    return undefined;
  }

  #startWorker(): void {
    this.#backoffMs = 0;
    this.#setState('starting');
    try {
      this.#connection = this.#connect();
    } catch (error) {
      // Some spawn failures are thrown, others arrive as events.
      this.#startFailed('spawn_failed', error instanceof Error ? error.message : 'spawn failed');
      this.#scheduleRestart();
    }
  }

  #checkLimits(): void {
    if (this.#state === 'ready' && !this.#stopping) this.#succession.check();
  }

  #connect(): WorkerConnection {
    const connection: WorkerConnection = new WorkerConnection({
      command: this.#options.command(),
      clientInfo: this.#options.clientInfo,
      handshakeTimeoutMs: this.#options.handshakeTimeoutMs ?? 15_000,
      patienceMs: this.#options.patienceMs ?? 15_000,
      hearsItemStarts: this.#options.agentTools ?? false,
      maxLineBytes: this.#options.maxLineBytes ?? 64 * MIB,
      monotonicMs: this.#monotonicMs,
      onServerRequest: (id, method, sink) => {
        this.#reports.answer(connection.channel, id, method, sink);
      },
      onProtocolError: (reason, bytes) => {
        this.#reports.protocolError(reason, bytes);
      },
      onDrain: () => {
        this.#desk.resume();
      },
      events: {
        onSpawn: (pid) => {
          const successor = this.#succession.isSuccessor(connection);
          if (!successor && !this.#stopping) this.#setState('handshake');
          this.#events.onStarting({ pid, restartCount: this.#restartCount, successor });
        },
        onReady: (ready) => {
          this.#ready(connection, ready);
        },
        onStartFailed: ({ reason, message, willExit }) => {
          if (!willExit) this.#connections.delete(connection);
          if (this.#succession.isSuccessor(connection)) {
            this.#succession.fail(reason, message);
            return;
          }
          this.#startFailed(reason, message);
          if (!willExit) this.#scheduleRestart();
        },
        onUnresponsive: (finding) => {
          this.#events.onUnresponsive(finding);
        },
        onExit: (exit) => {
          this.#exited(connection, exit);
        },
        onStderrLine: (line) => {
          this.#reports.stderrLine(line);
        },
      },
    });
    this.#connections.add(connection);
    return connection;
  }

  #ready(connection: WorkerConnection, ready: { pid: number; version: string; handshakeMs: number }): void {
    if (this.#stopping) return;
    const old = this.#connection;
    const letGo = this.#succession.isSuccessor(connection) && old !== undefined ? this.#succession.succeed(old, ready.pid) : undefined;
    this.#connection = connection;
    this.#everReady = true;
    this.#failedStarts = 0;
    this.#lastStartError = undefined;
    this.#version = ready.version;
    this.#plan.serving(this.#monotonicMs());
    this.#setState('ready');
    this.#events.onStarted({ ...ready, restartCount: this.#restartCount });
    clearTimeout(this.#stableTimer);
    this.#stableTimer = setTimeout(() => {
      this.#backoff.reset();
    }, this.#options.stableMs ?? 10_000);
    this.#desk.open({ channel: connection.channel, pid: ready.pid });
    letGo?.();
  }

  #startFailed(reason: WorkerStartFailure, message: string): void {
    if (this.#stopping) return;
    this.#failedStarts += 1;
    this.#lastStartError = this.#options.redactText(message);
    this.#events.onStartFailed({
      reason,
      message: this.#lastStartError,
      restartStreak: this.#backoff.streak + 1,
      pid: this.#connection?.pid,
    });
  }

  #exited(connection: WorkerConnection, exit: Parameters<ConnectionEvents['onExit']>[0]): void {
    const { pid, exitCode, signal, wasReady, wasUnresponsive } = exit;
    const served = connection === this.#connection;
    const recycled = this.#succession.hasEnded(connection);
    this.#connections.delete(connection);
    this.#succession.exited(connection);
    if (served) {
      clearTimeout(this.#stableTimer);
      this.#connection = undefined;
      this.#lastExitCode = exitCode;
      this.#setState('exited');
    }
    this.#inquiries.workerLost(connection.channel);
    const turnsLost = this.#desk.workerLost(connection.channel, wasUnresponsive ? UNRESPONSIVE : EXITED);
    const reason = exitReason({ stopping: this.#stopping, recycled, wasReady, wasUnresponsive, signal });
    this.#events.onExited({ pid, exitCode, signal, reason, served, restartCount: this.#restartCount, turnsLost });
    if (served && !this.#stopping) this.#replace();
  }

  /** The worker that served, or tried to, is gone. */
  #replace(): void {
    const successor = this.#succession.promote();
    if (successor === undefined) {
      this.#scheduleRestart();
      return;
    }
    // It has started already: no delay is due.
    this.#backoff.next();
    this.#connection = successor;
    this.#restartCount += 1;
    this.#events.onRestart({ restartCount: this.#restartCount });
    this.#setState('starting');
    if (successor.pid !== undefined) this.#setState('handshake');
  }

  #scheduleRestart(): void {
    if (this.#stopping) return;
    if (this.#failedStarts >= FAILED_STARTS_BEFORE_REFUSAL) this.#desk.failQueued(NOT_READY);
    this.#backoffMs = this.#backoff.next();
    this.#setState('backoff');
    this.#events.onBackoff({ delayMs: this.#backoffMs, restartStreak: this.#backoff.streak });
    this.#backoffTimer = setTimeout(() => {
      this.#restartCount += 1;
      this.#events.onRestart({ restartCount: this.#restartCount });
      this.#startWorker();
    }, this.#backoffMs);
  }

  #setState(to: WorkerState): void {
    const from = this.#state;
    if (from === to) return;
    this.#state = to;
    this.#events.onStateChange({ from, to, pid: this.#connection?.pid });
  }
}
