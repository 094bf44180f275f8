import type { OptionValues } from '../command/command.ts';
import { EXIT } from '../errors.ts';
import { readTraceBuffer } from '../proxy-client/proxy-api.ts';
import { openProxyClient } from '../proxy-client/proxy-client.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printTraceBuffer } from './trace-buffer-text.ts';

/** `codex-ops trace-buffer list`. */
export async function traceBufferListAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const client = await openProxyClient(values, terminal);
  await printTraceBuffer(await readTraceBuffer(client), values, terminal);
  return EXIT.done;
}
