import type { WorkerStartFailure, WorkerUnresponsiveReason } from '@codex-proxy/contracts';
import { RpcChannel, type RpcChannelOptions } from '../channel/rpc-channel.ts';
import { stringAt } from '../channel/json-shape.ts';
import { LineReader } from '../channel/line-reader.ts';
import { WorkerProcess, type ProcessExit, type WorkerCommand } from '../process/worker-process.ts';
import { UNREAD_NOTIFICATIONS } from '../protocol/messages.ts';
import { KeyLines } from './key-lines.ts';
import { Vigil } from './vigil.ts';

const STDERR_LINE_BYTES = 16_384;
const MAX_STOP_MS = 2_000;
const MAX_LOOK_INTERVAL_MS = 1_000;
/** What the worker answers from memory, whatever its providers do. */
const SIGN_OF_LIFE = 'thread/loaded/list';

export interface ConnectionEvents {
  readonly onSpawn: (pid: number) => void;
  readonly onReady: (ready: { pid: number; version: string; handshakeMs: number }) => void;
  /** The start failed; the process, if there is one, is being killed and `onExit` follows. */
  readonly onStartFailed: (failure: { reason: WorkerStartFailure; message: string; willExit: boolean }) => void;
  /** It does nothing any more; it is being killed and `onExit` follows. */
  readonly onUnresponsive: (finding: { pid: number; reason: WorkerUnresponsiveReason; silentMs: number }) => void;
  readonly onExit: (exit: ProcessExit & { pid: number; wasReady: boolean; wasUnresponsive: boolean }) => void;
  readonly onStderrLine: (line: string) => void;
}

export interface ConnectionOptions extends Omit<RpcChannelOptions, 'input' | 'output'> {
  readonly command: WorkerCommand;
  readonly clientInfo: { readonly name: string; readonly title: string; readonly version: string };
  readonly handshakeTimeoutMs: number;
  /** How long it may be silent before it is asked for a sign of life, and before it is killed for giving none. */
  readonly patienceMs: number;
  /** Whether the agent's beginnings are told: a command, a change of files. */
  readonly hearsItemStarts: boolean;
  readonly monotonicMs: () => number;
  readonly events: ConnectionEvents;
}

/** One process with its channel: from spawn over the handshake to its end. */
export class WorkerConnection {
  readonly #options: ConnectionOptions;
  readonly #process: WorkerProcess;
  readonly #stderr: LineReader;
  readonly #spawnedAtMs: number;
  readonly channel: RpcChannel;
  #handshakeTimer: NodeJS.Timeout | undefined;
  #vigilTimer: NodeJS.Timeout | undefined;
  #state: 'starting' | 'ready' | 'failed' | 'exited' = 'starting';
  #unresponsive = false;
  #onExited: (() => void)[] = [];

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#spawnedAtMs = options.monotonicMs();
    const keys = new KeyLines();
    this.#stderr = new LineReader({
      maxLineBytes: STDERR_LINE_BYTES,
      onLine: (line) => {
        options.events.onStderrLine(keys.hide(line));
      },
      onTooLong: (bytes) => {
        options.events.onStderrLine(`(a line of ${String(bytes)} bytes)`);
      },
    });
    this.#process = new WorkerProcess(options.command, {
      onSpawn: (pid) => {
        options.events.onSpawn(pid);
        this.#shakeHands(pid);
      },
      onSpawnError: (error) => {
        this.#state = 'exited';
        options.events.onStartFailed({ reason: 'spawn_failed', message: error.message, willExit: false });
        this.#exited();
      },
      onExit: (exit) => {
        this.#handleExit(exit);
      },
      onStderr: (chunk) => {
        this.#stderr.push(chunk);
      },
    });
    this.channel = new RpcChannel({ ...options, input: this.#process.stdout, output: this.#process.stdin });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** Ends the process: end of input and SIGTERM first, SIGKILL when that does not help in two seconds. */
  async stop(): Promise<void> {
    if (this.#state === 'exited') return;
    const exited = new Promise<void>((resolve) => this.#onExited.push(resolve));
    this.#process.stdin.end();
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => {
      this.kill();
    }, MAX_STOP_MS);
    await exited;
    clearTimeout(timer);
  }

  #shakeHands(pid: number): void {
    this.#handshakeTimer = setTimeout(() => {
      this.#failStart('handshake_timeout', `no answer to the handshake in ${String(this.#options.handshakeTimeoutMs)} ms`);
    }, this.#options.handshakeTimeoutMs);
    const unread = UNREAD_NOTIFICATIONS.filter((method) => !(this.#options.hearsItemStarts && method === 'item/started'));
    const params = {
      clientInfo: this.#options.clientInfo,
      capabilities: { experimentalApi: true, requestAttestation: false, optOutNotificationMethods: unread },
    };
    this.channel.request('initialize', params, (outcome) => {
      if (this.#state !== 'starting') return;
      clearTimeout(this.#handshakeTimer);
      if ('error' in outcome) {
        this.#failStart('handshake_failed', outcome.error.message);
        return;
      }
      this.channel.notify('initialized');
      this.#state = 'ready';
      this.#keepVigil(pid);
      const version = /\/(\S+)/.exec(stringAt(outcome.result, 'userAgent') ?? '')?.[1] ?? 'unknown';
      this.#options.events.onReady({ pid, version, handshakeMs: this.#options.monotonicMs() - this.#spawnedAtMs });
    });
  }

  #keepVigil(pid: number): void {
    const { patienceMs, monotonicMs } = this.#options;
    const intervalMs = Math.min(MAX_LOOK_INTERVAL_MS, Math.ceil(patienceMs / 4));
    const vigil = new Vigil({ patienceMs, intervalMs }, monotonicMs());
    this.#vigilTimer = setInterval(() => {
      const { reads, untakenBytes, taken } = this.channel;
      const finding = vigil.look({ reads, untaken: untakenBytes > 0, taken }, monotonicMs());
      if (finding === undefined) return;
      if ('ask' in finding) {
        this.channel.request(SIGN_OF_LIFE, {}, () => undefined);
        return;
      }
      clearInterval(this.#vigilTimer);
      this.#unresponsive = true;
      this.#options.events.onUnresponsive({ pid, reason: finding.dead, silentMs: finding.silentMs });
      this.kill();
    }, intervalMs);
    this.#vigilTimer.unref();
  }

  #failStart(reason: WorkerStartFailure, message: string): void {
    if (this.#state !== 'starting') return;
    this.#state = 'failed';
    this.channel.close();
    this.#options.events.onStartFailed({ reason, message, willExit: true });
    this.kill();
  }

  #handleExit(exit: ProcessExit): void {
    const state = this.#state;
    this.#state = 'exited';
    clearTimeout(this.#handshakeTimer);
    clearInterval(this.#vigilTimer);
    this.channel.close();
    this.#stderr.end();
    if (state === 'starting') {
      const how = exit.signal === null ? `code ${String(exit.exitCode)}` : `signal ${exit.signal}`;
      this.#options.events.onStartFailed({ reason: 'exited_early', message: `it ended with ${how} before its handshake`, willExit: true });
    }
    const wasUnresponsive = this.#unresponsive;
    this.#options.events.onExit({ ...exit, pid: this.#process.pid ?? 0, wasReady: state === 'ready', wasUnresponsive });
    this.#exited();
  }

  #exited(): void {
    for (const resolve of this.#onExited) resolve();
    this.#onExited = [];
  }
}
