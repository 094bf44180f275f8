/** What a client saw of one turn. */
export interface TurnTimes {
  /** From sending the question to the first content delta. */
  readonly firstDeltaMs: number;
  /** From sending the question to the end of the answer. */
  readonly totalMs: number;
}

export interface TurnClient {
  /** @throws Error unless the whole answer arrived. */
  turn(): Promise<TurnTimes>;
}
