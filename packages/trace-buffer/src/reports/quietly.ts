/** Observers must not break what they observe. */
export function quietly(report: () => void): void {
  try {
    report();
  } catch {
    // There is no further place to report to.
  }
}
