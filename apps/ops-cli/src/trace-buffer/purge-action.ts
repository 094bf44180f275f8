import type { OptionValues } from '../command/command.ts';
import { EXIT } from '../errors.ts';
import { documentText } from '../json/document-text.ts';
import { purgeTraceBuffer } from '../proxy-client/proxy-api.ts';
import { openProxyClient } from '../proxy-client/proxy-client.ts';
import { print } from '../terminal/print.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { counted } from '../text/number.ts';

/** `codex-ops trace-buffer purge`. */
export async function traceBufferPurgeAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const olderThanMs = values.number('older-than');
  const client = await openProxyClient(values, terminal);
  const purged = await purgeTraceBuffer(client, olderThanMs === undefined ? undefined : Math.ceil(olderThanMs / 1000));
  const text = `${counted(purged, 'trace')} removed\n`;
  await print(terminal.stdout, values.flag('json') ? documentText({ version: 1, purged }) : text);
  return EXIT.done;
}
