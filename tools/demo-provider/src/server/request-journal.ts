import type { IncomingHttpHeaders } from 'node:http';

/** One request as it came in, and how it ended. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON body; `undefined` while it has not arrived, or when it is not JSON. */
  body: unknown;
  bodyBytes: number;
  /** Unix milliseconds. */
  readonly receivedAtMs: number;
  /** Unix milliseconds; `undefined` while the answer is under way. */
  endedAtMs: number | undefined;
  /** The client left before the answer was whole. */
  aborted: boolean;
}

/** The last `limit` requests, oldest first. */
export class RequestJournal {
  readonly #entries: RecordedRequest[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get entries(): readonly RecordedRequest[] {
    return this.#entries;
  }

  add(entry: RecordedRequest): void {
    this.#entries.push(entry);
    if (this.#entries.length > this.#limit) this.#entries.shift();
  }
}
