/** A way in which what the proxy stands on, serves or is made of fails, and what is seen of it. One row a fault. */
export interface Fault {
  readonly name: string;
  /** How a test makes it. */
  readonly how: string;
  readonly client: string;
  /** What `/readyz` says. */
  readonly probe: string;
  readonly metric: string;
  /** Events, and in brackets what their fields say. */
  readonly log: string;
  /** When the fault is over. */
  readonly after: string;
  /** Where it is tested: a file of the repository, and a piece of the test's name. */
  readonly test: { readonly file: string; readonly name: string };
}

/** What fails. */
export interface FaultGroup {
  readonly title: string;
  readonly faults: readonly Fault[];
}
