/**
 * Keeps a defect of one who listens from harming what it listens to: what `callback` throws surfaces as an uncaught error of its
 * own, after the work at hand.
 */
export function isolate<A extends readonly unknown[]>(callback: (...args: A) => void): (...args: A) => void {
  return (...args) => {
    try {
      callback(...args);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}
