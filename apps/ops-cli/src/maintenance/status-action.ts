import type { OptionValues } from '../command/command.ts';
import { EXIT } from '../errors.ts';
import { readMaintenance } from '../proxy-client/proxy-api.ts';
import { openProxyClient } from '../proxy-client/proxy-client.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printMaintenance } from './maintenance-text.ts';

/** `codex-ops maintenance status`. */
export async function maintenanceStatusAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const client = await openProxyClient(values, terminal);
  await printMaintenance(await readMaintenance(client), values, terminal);
  return EXIT.done;
}
