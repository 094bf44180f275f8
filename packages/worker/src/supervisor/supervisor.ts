import type { WorkerEvents, WorkerSnapshot, WorkerState } from '@codex-proxy/contracts';
import type { RpcOutcome, ThreadSink } from '../channel/rpc-channel.ts';
import { WorkerUnavailableError } from '../errors.ts';
import { residentBytes } from '../process/worker-process.ts';
import type { RpcId } from '../protocol/messages.ts';
import { answerServerRequest } from '../turns/server-request-policy.ts';
import type { Turn, TurnFailure, TurnObserver, TurnRequest } from '../turns/turn-request.ts';
import { TurnDesk } from '../turns/turn-desk.ts';
import { Backoff } from './backoff.ts';
import { isolatedEvents } from './isolated-events.ts';
import type { SupervisorOptions } from './options.ts';
import { isOwnDoing } from './own-doing.ts';
import { RateLimited } from './rate-limited.ts';
import { WorkerConnection } from './worker-connection.ts';

/** Failed starts in a row after which requests are refused at once instead of waiting. */
const FAILED_STARTS_BEFORE_REFUSAL = 5;
const REPORTS_PER_SECOND = 10;
const MIB = 1_048_576;

const NOT_READY: TurnFailure = { code: 'worker_not_ready', message: 'The Codex worker is not ready.' };
const EXITED: TurnFailure = { code: 'worker_exited', message: 'The Codex worker ended while it worked on this request.' };
const SHUTTING_DOWN: TurnFailure = { code: 'shutting_down', message: 'The proxy is shutting down.' };

/** Keeps one `codex app-server` running and gives it turns. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #events: WorkerEvents;
  readonly #monotonicMs: () => number;
  readonly #nowMs: () => number;
  readonly #desk: TurnDesk;
  readonly #backoff: Backoff;
  readonly #stderrLimit: RateLimited;
  readonly #protocolLimit: RateLimited;
  #state: WorkerState = 'starting';
  #connection: WorkerConnection | undefined;
  /** Requests outside turns that wait for an answer of the serving worker: how to give them up. */
  readonly #asking = new Set<(why: string) => void>();
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

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#events = isolatedEvents(options.events ?? {});
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
    this.#nowMs = options.nowMs ?? Date.now;
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
    });
    this.#backoff = new Backoff({ initialMs: options.backoffInitialMs ?? 250, maxMs: options.backoffMaxMs ?? 5_000 });
    this.#stderrLimit = new RateLimited(REPORTS_PER_SECOND, this.#monotonicMs);
    this.#protocolLimit = new RateLimited(REPORTS_PER_SECOND, this.#monotonicMs);
  }

  /** Starts the first worker and goes on starting others, until `stop`. */
  start(): void {
    this.#startWorker();
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
    const outcome = await new Promise<RpcOutcome>((resolve, reject) => {
      const giveUp = (why: string): void => {
        clearTimeout(timer);
        this.#asking.delete(giveUp);
        connection.channel.forget(id);
        reject(new WorkerUnavailableError(`${method} had no answer: ${why}`));
      };
      const timer = setTimeout(giveUp, timeoutMs, `${String(timeoutMs)} ms have passed`);
      this.#asking.add(giveUp);
      const { id } = connection.channel.request(method, params, (answer) => {
        clearTimeout(timer);
        this.#asking.delete(giveUp);
        resolve(answer);
      });
    });
    if ('error' in outcome) throw new WorkerUnavailableError(this.#options.redactText(outcome.error.message));
    return outcome.result;
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
    this.#backoffMs = 0;
    this.#desk.close();
    this.#desk.failQueued(SHUTTING_DOWN);
    if (this.#state === 'ready') this.#setState('draining');
    await this.#desk.idle(graceMs);
    this.#desk.failAll(SHUTTING_DOWN);
    await this.#connection?.stop();
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

  #connect(): WorkerConnection {
    const connection: WorkerConnection = new WorkerConnection({
      command: this.#options.command(),
      clientInfo: this.#options.clientInfo,
      handshakeTimeoutMs: this.#options.handshakeTimeoutMs ?? 15_000,
      hearsItemStarts: this.#options.agentTools ?? false,
      maxLineBytes: this.#options.maxLineBytes ?? 64 * MIB,
      monotonicMs: this.#monotonicMs,
      onServerRequest: (id, method, sink) => {
        this.#answer(connection, id, method, sink);
      },
      onProtocolError: (reason, bytes) => {
        const suppressed = this.#protocolLimit.admit();
        if (suppressed !== undefined) this.#events.onProtocolError({ reason, bytes, suppressed });
      },
      events: {
        onSpawn: (pid) => {
          this.#setState('handshake');
          this.#events.onStarting({ pid, restartCount: this.#restartCount });
        },
        onReady: (ready) => {
          this.#ready(connection, ready);
        },
        onStartFailed: ({ reason, message, willExit }) => {
          this.#startFailed(reason, message);
          if (!willExit) this.#scheduleRestart();
        },
        onExit: (exit) => {
          this.#exited(exit);
        },
        onStderrLine: (line) => {
          if (isOwnDoing(line)) return;
          const suppressed = this.#stderrLimit.admit();
          if (suppressed !== undefined) this.#events.onStderr({ text: this.#options.redactText(line), suppressed });
        },
      },
    });
    return connection;
  }

  #ready(connection: WorkerConnection, ready: { pid: number; version: string; handshakeMs: number }): void {
    if (this.#stopping) return;
    this.#everReady = true;
    this.#failedStarts = 0;
    this.#lastStartError = undefined;
    this.#version = ready.version;
    this.#setState('ready');
    this.#events.onStarted({ ...ready, restartCount: this.#restartCount });
    this.#stableTimer = setTimeout(() => {
      this.#backoff.reset();
    }, this.#options.stableMs ?? 10_000);
    this.#desk.open({ channel: connection.channel, pid: ready.pid });
  }

  #startFailed(reason: Parameters<WorkerEvents['onStartFailed']>[0]['reason'], message: string): void {
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

  #exited(exit: { exitCode: number | null; signal: string | null; pid: number; wasReady: boolean }): void {
    clearTimeout(this.#stableTimer);
    this.#connection = undefined;
    this.#lastExitCode = exit.exitCode;
    this.#setState('exited');
    for (const giveUp of this.#asking) giveUp('the worker ended');
    const turnsLost = this.#desk.workerLost(EXITED);
    const { pid, exitCode, signal } = exit;
    const reason = this.#stopping ? 'stopped' : !exit.wasReady ? 'start_failed' : signal === null ? 'crash' : 'signal';
    this.#events.onExited({ pid, exitCode, signal, reason, restartCount: this.#restartCount, turnsLost });
    this.#scheduleRestart();
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

  #answer(connection: WorkerConnection, id: RpcId, method: string, sink: ThreadSink | undefined): void {
    const { outcome, decision } = answerServerRequest(method, this.#nowMs());
    const bytes = connection.channel.respond(id, outcome);
    sink?.serverRequestAnswered(id, method, outcome, bytes);
    this.#events.onServerRequest({ method, decision });
  }

  #setState(to: WorkerState): void {
    const from = this.#state;
    if (from === to) return;
    this.#state = to;
    this.#events.onStateChange({ from, to, pid: this.#connection?.pid });
  }
}
