import type { MessagePort } from 'node:worker_threads';
import { createRedactor } from '@codex-proxy/redaction';
import { pruneArchives } from '../archive/folder.ts';
import { toArchiveError } from '../errors.ts';
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
  { dbPath, outputDir, ...request }: RunRequest,
  signal: AbortSignal,
  tell: (message: FromThread) => void,
): Promise<void> {
  try {
    await ScaleTrace.run(dbPath, outputDir, {
      ...(request.thresholdBytes === undefined ? {} : { thresholdBytes: request.thresholdBytes }),
      redactor: createRedactor(request.redaction),
      signal,
      onStart: (start) => tell({ kind: 'start', start }),
      onOutcome: (outcome) => tell({ kind: 'outcome', outcome }),
      onProgress: (progress) => tell({ kind: 'progress', progress }),
    });
  } catch {
    // Its outcome has been told.
  }
  try {
    if (request.retentionDays === undefined || signal.aborted) return;
    const prune = await pruneArchives(outputDir, { olderThanDays: request.retentionDays });
    if (prune.files > 0) tell({ kind: 'prune', prune });
  } catch (error) {
    const { code, message } = toArchiveError(error);
    tell({ kind: 'failure', code, message });
  }
}
