import { maintenanceToggleSchema, type MaintenanceToggle } from '@codex-proxy/contracts';
import type { OptionValues } from '../command/command.ts';
import { EXIT, UsageError } from '../errors.ts';
import { switchMaintenance } from '../proxy-client/proxy-api.ts';
import { openProxyClient } from '../proxy-client/proxy-client.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printMaintenance } from './maintenance-text.ts';

/** `codex-ops maintenance on`. */
export async function maintenanceOnAction(values: OptionValues, terminal: Terminal): Promise<number> {
  return switchTo(true, values, terminal);
}

/** `codex-ops maintenance off`. */
export async function maintenanceOffAction(values: OptionValues, terminal: Terminal): Promise<number> {
  return switchTo(false, values, terminal);
}

async function switchTo(isOn: boolean, values: OptionValues, terminal: Terminal): Promise<number> {
  const toggle = readToggle(isOn, values);
  const client = await openProxyClient(values, terminal);
  await printMaintenance(await switchMaintenance(client, toggle), values, terminal);
  return EXIT.done;
}

function readToggle(enabled: boolean, values: OptionValues): MaintenanceToggle {
  if (values.text('reason')?.trim() === '') throw new UsageError('--reason is empty: say why, or leave it out');
  const [retryAfterMs, expiresInMs] = [values.number('retry-after'), values.number('expires-in')];
  const { data, error } = maintenanceToggleSchema.safeParse({
    enabled,
    ...given('reason', values.text('reason')),
    ...given('author', values.text('author')),
    ...given('retry_after_seconds', retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000)),
    ...given('expires_in_seconds', expiresInMs === undefined ? undefined : Math.ceil(expiresInMs / 1000)),
  });
  if (data !== undefined) return data;
  throw new UsageError(WRONG[String(error.issues[0]?.path[0])] ?? 'this cannot be asked of the proxy');
}

const WRONG: Readonly<Record<string, string>> = {
  reason: '--reason takes one line of at most 500 characters',
  author: '--author takes one line of at most 200 characters',
  retry_after_seconds: '--retry-after takes from one second to a day',
  expires_in_seconds: '--expires-in takes from one second to 30 days',
};

function given<T>(name: string, value: T | undefined): Readonly<Record<string, T>> {
  return value === undefined ? {} : { [name]: value };
}
