import type { OptionValues } from '../command/command.ts';
import { CommandError, EXIT } from '../errors.ts';
import { documentText } from '../json/document-text.ts';
import { ProxyError } from '../proxy-client/errors.ts';
import { readTrace } from '../proxy-client/proxy-api.ts';
import { openProxyClient } from '../proxy-client/proxy-client.ts';
import { print } from '../terminal/print.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';
import { createPaint } from '../text/paint.ts';
import { clip, printable } from '../text/printable.ts';
import { artifactText } from './artifact-text.ts';

const MOST_QUOTED = 100;

/** `codex-ops trace-buffer show`. */
export async function traceBufferShowAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stdout, environment } = terminal;
  const requestId = values.argument('ID') ?? '';
  const client = await openProxyClient(values, terminal);
  try {
    const artifact = await readTrace(client, requestId);
    const paint = createPaint(hasColour(stdout, environment));
    await print(stdout, values.flag('json') ? documentText(artifact) : artifactText(artifact, { paint, columns: stdout.columns }));
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof ProxyError) || error.errorCode !== 'not_found' || error.failure !== 'rejected') throw error;
    const shown = clip(printable(requestId), MOST_QUOTED);
    throw new CommandError(
      `there is no trace of ${shown}: it was not captured, or is pruned; codex-ops trace-buffer list has those that there are`,
    );
  }
}
