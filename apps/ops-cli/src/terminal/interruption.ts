const REPEAT_MS = 500;

/**
 * Aborts at the first SIGINT or SIGTERM. What comes within the next half second is the same wish, and the process stays that long to hear it:
 * while a process ends, a signal would end it as a signal. Then signals are its own again.
 */
export function createInterruption(process: NodeJS.Process): AbortController {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) return;
    controller.abort();
    setTimeout(() => process.off('SIGINT', onSignal).off('SIGTERM', onSignal), REPEAT_MS);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return controller;
}
