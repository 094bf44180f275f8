import type { MessagePort } from 'node:worker_threads';
import { createRedactor } from '@codex-proxy/redaction';
import { ScaleTrace } from '../scale-trace.ts';
import type { FromThread, RunRequest, ToThread } from './messages.ts';
import { lowerPriority } from './priority.ts';

/** Does one run, tells how it goes, and closes the port. */
export function listen(port: MessagePort): void {
  const stop = new AbortController();
  const tell = (message: FromThread): void => port.postMessage(message);
  port.on('message', (message: ToThread) => {
    if (message.kind === 'stop') return stop.abort();
    void lowerPriority()
      .then(async () => execute(message.request, stop.signal, tell))
      .finally(() => port.close());
  });
}

async function execute(
  { dbPath, outputDir, thresholdBytes, redaction }: RunRequest,
  signal: AbortSignal,
  tell: (message: FromThread) => void,
): Promise<void> {
  // What makes no redactor ends the thread: nothing is archived without one.
  const redactor = createRedactor(redaction);
  try {
    await ScaleTrace.run(dbPath, outputDir, {
      thresholdBytes,
      redactor,
      signal,
      onStart: (start) => tell({ kind: 'start', start }),
      onOutcome: (outcome) => tell({ kind: 'outcome', outcome }),
      onProgress: (progress) => tell({ kind: 'progress', progress }),
    });
  } catch {
    // Its outcome has been told.
  }
}
