export interface SinkReports {
  readonly reportIntervalMs?: number;
  readonly onDrop?: (name: string, count: number) => void;
  readonly onError?: (name: string, error: Error) => void;
  readonly onRecover?: (name: string, droppedCount: number) => void;
}

/** Whether a sink works, what it lost, and who has been told. */
export class SinkHealth {
  readonly #name: string;
  readonly #reports: SinkReports;
  #failing = false;
  #reported = false;
  #reportedAtMs = Number.NEGATIVE_INFINITY;
  #droppedCount = 0;

  constructor(name: string, reports: SinkReports) {
    this.#name = name;
    this.#reports = reports;
  }

  get failing(): boolean {
    return this.#failing;
  }

  dropped(count: number): void {
    this.#droppedCount += count;
    quietly(() => this.#reports.onDrop?.(this.#name, count));
  }

  failed(cause: unknown): void {
    this.#failing = true;
    const nowMs = performance.now();
    if (nowMs - this.#reportedAtMs < (this.#reports.reportIntervalMs ?? 60_000)) return;
    this.#reportedAtMs = nowMs;
    this.#reported = true;
    const error = cause instanceof Error ? cause : new Error(String(cause));
    quietly(() => this.#reports.onError?.(this.#name, error));
  }

  succeeded(): void {
    this.#failing = false;
    if (!this.#reported) return;
    this.#reported = false;
    const lost = this.#droppedCount;
    this.#droppedCount = 0;
    quietly(() => this.#reports.onRecover?.(this.#name, lost));
  }
}

/** Observers must not break what they observe. */
function quietly(report: () => void): void {
  try {
    report();
  } catch {
    // There is no further place to report to.
  }
}
