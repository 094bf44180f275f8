import type { ToolCall, TurnEnd, TurnObserver, TurnTrace } from '@codex-proxy/worker';

/** Keeps all that it hears, and notes whatever breaks the order that `TurnObserver` promises. */
export class RecordingObserver implements TurnObserver {
  readonly admissions: { readonly queueMs: number; readonly workerPid: number }[] = [];
  readonly deltas: string[] = [];
  readonly calls: ToolCall[] = [];
  readonly ends: TurnEnd[] = [];
  readonly settlements: TurnTrace[] = [];
  readonly violations: string[] = [];
  restarts = 0;
  readonly #forgetOnRestart: boolean;
  readonly #changed = new Set<() => void>();

  constructor(options: { readonly forgetOnRestart?: boolean } = {}) {
    this.#forgetOnRestart = options.forgetOnRestart ?? false;
  }

  get text(): string {
    return this.deltas.join('');
  }

  get end(): TurnEnd | undefined {
    return this.ends[0];
  }

  /** Code of the failure, or how the turn ended, or `undefined` while it goes on. */
  get result(): string | undefined {
    const { end } = this;
    if (end === undefined) return undefined;
    return end.kind === 'failed' ? end.failure.code : end.finishReason;
  }

  onAdmitted(admission: { readonly queueMs: number; readonly workerPid: number }): void {
    this.#expectBefore('admitted', this.deltas.length + this.ends.length + this.settlements.length);
    this.admissions.push(admission);
    this.#tell();
  }

  onDelta(text: string): void {
    if (this.admissions.length === 0) this.violations.push('a delta before the admission');
    this.#expectBefore('delta', this.ends.length + this.settlements.length);
    this.deltas.push(text);
    this.#tell();
  }

  onToolCall(call: ToolCall): void {
    this.#expectBefore('tool call', this.ends.length + this.settlements.length);
    this.calls.push(call);
    this.#tell();
  }

  onAnswerRestarted(): boolean {
    this.#expectBefore('restarted', this.ends.length + this.settlements.length);
    this.restarts += 1;
    if (this.#forgetOnRestart) this.deltas.length = 0;
    return this.#forgetOnRestart;
  }

  onEnd(end: TurnEnd): void {
    this.#expectBefore('end', this.ends.length + this.settlements.length);
    this.ends.push(end);
    this.#tell();
  }

  onSettled(trace: TurnTrace): void {
    this.#expectBefore('settled', this.settlements.length);
    this.settlements.push(trace);
    this.#tell();
  }

  async admitted(): Promise<this> {
    return this.#until(() => this.admissions.length > 0);
  }

  /** Deltas and calls together. */
  async heard(parts = 1): Promise<this> {
    return this.#until(() => this.deltas.length + this.calls.length >= parts);
  }

  async ended(): Promise<this> {
    return this.#until(() => this.ends.length > 0);
  }

  async settled(): Promise<this> {
    return this.#until(() => this.settlements.length > 0);
  }

  async #until(condition: () => boolean): Promise<this> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!condition()) return;
        this.#changed.delete(check);
        resolve(this);
      };
      this.#changed.add(check);
      check();
    });
  }

  #expectBefore(what: string, later: number): void {
    if (later > 0) this.violations.push(`${what} came too late, or twice`);
  }

  #tell(): void {
    for (const check of this.#changed) check();
  }
}
