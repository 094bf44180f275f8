import { textAt, timeAt, type JsonRecord } from '../../json/record.ts';
import { printable } from '../../text/printable.ts';
import type { View } from './view.ts';

/** Switches of maintenance mode around a request, of the proxy's own log. */
export interface MaintenanceSwitches {
  readonly on: JsonRecord | undefined;
  readonly off: JsonRecord | undefined;
}

interface Span {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** The switch that was in force while a request was, and the one that ended it. */
export function maintenanceAround(lifeCycle: readonly JsonRecord[], { startedAtMs, endedAtMs }: Span): MaintenanceSwitches {
  const at = (record: JsonRecord): number => timeAt(record, 'timestamp') ?? NaN;
  const switches = lifeCycle.filter((record) => textAt(record, 'event') === 'maintenance_toggled');
  const off = switches.find((record) => record['maintenance_mode'] === false && at(record) >= startedAtMs);
  const before = switches.filter((record) => at(record) <= endedAtMs && record !== off);
  const last = before.at(-1);
  return { on: last?.['maintenance_mode'] === true ? last : undefined, off };
}

export function maintenanceText({ maintenance: { on, off } }: View): string {
  const until = off === undefined ? '' : `, and off at ${textAt(off, 'timestamp') ?? '?'}`;
  if (on === undefined) return `maintenance mode was on${off === undefined ? '' : `, until ${textAt(off, 'timestamp') ?? '?'}`}`;
  const author = textAt(on, 'author');
  const reason = textAt(on, 'reason');
  const by = author === undefined ? '' : ` by ${quoted(author)}`;
  return `maintenance mode was on: switched on${by}${reason === undefined ? '' : ` for ${quoted(reason)}`} at ${textAt(on, 'timestamp') ?? '?'}${until}`;
}

export function maintenanceNext({ maintenance: { on, off }, hasLog }: View): string {
  if (!hasLog) {
    return 'The log of the proxy says who switched it on, when and why (maintenance_toggled): give it with --log; codex-ops maintenance status knows of now alone.';
  }
  if (on === undefined) return 'It was switched on before the log that was given begins, or with PROXY_MAINTENANCE_MODE at the start.';
  return off === undefined ? 'codex-ops maintenance status says whether it still is.' : 'Nothing to do: clients may come again.';
}

function quoted(text: string): string {
  return `“${printable(text).slice(0, LONGEST)}”`;
}

const LONGEST = 160;
