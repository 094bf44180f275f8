import type { MaintenanceState } from '@codex-proxy/contracts';
import type { OptionValues } from '../command/command.ts';
import { documentText } from '../json/document-text.ts';
import { isMaintenanceKept } from '../proxy-client/proxy-api.ts';
import type { ProxyReply } from '../proxy-client/proxy-client.ts';
import { say } from '../terminal/say.ts';
import { print } from '../terminal/print.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';
import { formatAge, formatWait } from '../text/number.ts';
import { createPaint } from '../text/paint.ts';
import { printable } from '../text/printable.ts';
import { hang } from '../text/wrap.ts';

const PLAIN_WIDTH = 120;

/** The state, as text or as a document; a warning where it was not kept. */
export async function printMaintenance(reply: ProxyReply<MaintenanceState>, values: OptionValues, terminal: Terminal): Promise<void> {
  const { stdout, stderr, environment, now } = terminal;
  const kept = isMaintenanceKept(reply);
  if (!kept) say(stderr, 'the proxy could not write this state to its disk: a restart will not find it');
  if (values.flag('json')) return print(stdout, documentText({ version: 1, ...reply.body, kept }));
  const paint = createPaint(hasColour(stdout, environment));
  const [first = '', ...lines] = maintenanceLines(reply.body, now()).flatMap((line) => hang('', line, stdout.columns ?? PLAIN_WIDTH));
  const painted = first.replace(/^(maintenance is )(ON|OFF)/, (_all, words: string, word: string) => {
    return `${words}${paint(word === 'ON' ? ['bold', 'yellow'] : 'green', word)}`;
  });
  return print(stdout, `${[painted, ...lines].join('\n')}\n`);
}

function maintenanceLines(state: MaintenanceState, nowMs: number): readonly string[] {
  const first = `maintenance is ${state.enabled ? 'ON' : 'OFF'}${whoAndWhen(state, nowMs)}`;
  if (!state.enabled) return [first];
  return [first, `/v1 answers 503 with Retry-After: ${state.retry_after_seconds}; ${untilWhen(state, nowMs)}`];
}

/** ` since 2026-11-21T02:10:03.194Z (7 min), by ann: provider migration`. */
export function whoAndWhen({ since, author, reason }: MaintenanceState, nowMs: number): string {
  const when = since === undefined ? '' : ` since ${since} (${formatAge((nowMs - Date.parse(since)) / 1000)})`;
  const who = author === undefined || author === '' ? '' : `, by ${printable(author)}`;
  return `${when}${who}${reason === undefined || reason === '' ? '' : `: ${printable(reason)}`}`;
}

export function untilWhen({ expires_at: expiresAt }: MaintenanceState, nowMs: number): string {
  if (expiresAt === undefined) return 'until it is switched off';
  return `until ${expiresAt} (in ${formatWait((Date.parse(expiresAt) - nowMs) / 1000)})`;
}
