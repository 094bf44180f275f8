import type { OptionValues } from '../command/command.ts';
import { EXIT } from '../errors.ts';
import { documentText } from '../json/document-text.ts';
import { switchTraceBuffer } from '../proxy-client/proxy-api.ts';
import { openProxyClient } from '../proxy-client/proxy-client.ts';
import { print } from '../terminal/print.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { captureText } from './trace-buffer-text.ts';

/** `codex-ops trace-buffer enable`. */
export async function traceBufferEnableAction(values: OptionValues, terminal: Terminal): Promise<number> {
  return switchTo(true, values, terminal);
}

/** `codex-ops trace-buffer disable`. */
export async function traceBufferDisableAction(values: OptionValues, terminal: Terminal): Promise<number> {
  return switchTo(false, values, terminal);
}

async function switchTo(isEnabled: boolean, values: OptionValues, terminal: Terminal): Promise<number> {
  const client = await openProxyClient(values, terminal);
  const state = await switchTraceBuffer(client, isEnabled);
  const text = `${captureText(state)}; a restart of the proxy returns to what PROXY_TRACE_BUFFER says\n`;
  await print(terminal.stdout, values.flag('json') ? documentText({ version: 1, ...state }) : text);
  return EXIT.done;
}
