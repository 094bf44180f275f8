/** A front that listens and whose worker is ready. */
export interface Front {
  readonly url: string;
  readonly apiKey: string;
  readonly pid: number;
  stop(): Promise<void>;
}
