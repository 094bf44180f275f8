/** A way in which what the proxy stands on fails, and what is seen of it. One row a fault. */
export interface Fault {
  readonly name: string;
  /** How a test makes it. */
  readonly how: string;
  readonly client: string;
  /** What `/readyz` says. */
  readonly probe: string;
  readonly metric: string;
  /** Events, with the reason that they give. */
  readonly log: string;
  /** When the fault is over. */
  readonly after: string;
  /** Where it is tested: a file of the repository, and a piece of the test's name. */
  readonly test: { readonly file: string; readonly name: string };
}
