import { asError } from '../errors.ts';
import { quietly } from './quietly.ts';

export type TraceOperation = 'write' | 'sweep';

export interface HealthReports {
  /** Each artifact that could not be written. */
  readonly onWriteError?: (() => void) | undefined;
  /** The buffer stopped working; at most one report an operation and interval. */
  readonly onFailure?: ((failure: { readonly operation: TraceOperation; readonly error: Error }) => void) | undefined;
  /** It works again; `lostCount` artifacts were lost meanwhile. */
  readonly onRecover?: ((recovery: { readonly operation: TraceOperation; readonly lostCount: number }) => void) | undefined;
}

interface Trouble {
  failing: boolean;
  reported: boolean;
  reportedAtMs: number;
}

/** Whether artifacts can be written and removed, what was lost, and who has been told. */
export class BufferHealth {
  readonly #reports: HealthReports;
  readonly #monotonicMs: () => number;
  readonly #intervalMs: number;
  readonly #troubles: Record<TraceOperation, Trouble> = { write: atPeace(), sweep: atPeace() };
  #lostCount = 0;

  constructor(reports: HealthReports, monotonicMs: () => number, intervalMs = 60_000) {
    this.#reports = reports;
    this.#monotonicMs = monotonicMs;
    this.#intervalMs = intervalMs;
  }

  failing(operation: TraceOperation): boolean {
    return this.#troubles[operation].failing;
  }

  lost(): void {
    this.#lostCount += 1;
    quietly(() => this.#reports.onWriteError?.());
  }

  failed(operation: TraceOperation, cause: unknown): void {
    const trouble = this.#troubles[operation];
    trouble.failing = true;
    const nowMs = this.#monotonicMs();
    if (nowMs - trouble.reportedAtMs < this.#intervalMs) return;
    trouble.reportedAtMs = nowMs;
    trouble.reported = true;
    quietly(() => this.#reports.onFailure?.({ operation, error: asError(cause) }));
  }

  succeeded(operation: TraceOperation): void {
    const trouble = this.#troubles[operation];
    trouble.failing = false;
    if (!trouble.reported) return;
    trouble.reported = false;
    const lostCount = operation === 'write' ? this.#lostCount : 0;
    if (operation === 'write') this.#lostCount = 0;
    quietly(() => this.#reports.onRecover?.({ operation, lostCount }));
  }
}

function atPeace(): Trouble {
  return { failing: false, reported: false, reportedAtMs: Number.NEGATIVE_INFINITY };
}
