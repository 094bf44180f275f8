/** What a stream reports of itself; the composition root turns it into log records and metrics. */
export interface StreamEvents {
  /** The headers are out. */
  onStarted(model: string): void;
  /** Content went out in one write: `count` deltas, `gapMs` after the write before, undefined for the first. */
  onContent(model: string, count: number, gapMs: number | undefined): void;
  onKeepalive(): void;
  onDone(deltaCount: number): void;
  /** The connection closed before the stream was whole. */
  onDisconnected(reason: string, deltaCount: number): void;
  /** The stream is over, however it ended; follows each `onStarted`. */
  onEnded(): void;
}
