import type { TraceBufferState } from '@codex-proxy/contracts';
import type { OptionValues } from '../command/command.ts';
import { documentText } from '../json/document-text.ts';
import { print } from '../terminal/print.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { formatBytes } from '../text/duration.ts';
import { renderFitting, type FittingColumn } from '../text/fitting-columns.ts';
import { counted, formatAge } from '../text/number.ts';
import { printable } from '../text/printable.ts';

type Artifact = TraceBufferState['artifacts'][number];

export async function printTraceBuffer(state: TraceBufferState, values: OptionValues, { stdout, now }: Terminal): Promise<void> {
  if (values.flag('json')) return print(stdout, documentText({ version: 1, ...state }));
  const columns: readonly FittingColumn<Artifact>[] = [
    { title: 'request', of: (artifact) => printable(artifact.request_id) },
    { title: 'ended', of: ({ timestamp }) => timestamp, goes: 1 },
    { title: 'age', isNumber: true, of: ({ timestamp }) => formatAge((now() - Date.parse(timestamp)) / 1000) },
    { title: 'size', isNumber: true, of: ({ bytes }) => formatBytes(bytes) },
  ];
  const table = state.artifacts.length === 0 ? '' : `${renderFitting(columns, state.artifacts, stdout.columns ?? Infinity)}\n`;
  return print(stdout, `${table}${captureText(state)}\n`);
}

/** `capture is on; 3 traces, of at most 100 and 24 h`. */
export function captureText({ enabled, entries, max_files: maxFiles, ttl_hours: ttlHours }: TraceBufferState): string {
  return `capture is ${enabled ? 'on' : 'off'}; ${counted(entries, 'trace')}, of at most ${maxFiles} and ${ttlHours} h`;
}
