import type { RequestRecord } from './request-record.ts';

/** Requests that have no terminal record yet. */
export class OpenRequests {
  readonly #endings = new Map<RequestRecord, () => void>();

  /** @param end Makes the terminal record of `record`; called once, by whichever of `end` and `abandon` is first. */
  begin(record: RequestRecord, end: () => void): void {
    this.#endings.set(record, end);
  }

  end(record: RequestRecord): void {
    const end = this.#endings.get(record);
    this.#endings.delete(record);
    end?.();
  }

  /** The process ends before they do: each gets its record now, as one that the proxy did not stay for. */
  abandon(): void {
    for (const record of [...this.#endings.keys()]) {
      record.fail('shutting_down', 'abandoned');
      this.end(record);
    }
  }
}
