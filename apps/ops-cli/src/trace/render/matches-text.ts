import { numberAt, textAt } from '../../json/record.ts';
import { formatMs } from '../../text/duration.ts';
import { clip, printable } from '../../text/printable.ts';
import type { MatchesDocument } from '../document.ts';

/** The requests that a client called by the same id, oldest first. */
export function renderMatches({ client_request_id: id, matches }: MatchesDocument, columns: number | undefined): string {
  const rows = matches.map((match) => {
    const latencyMs = numberAt(match, 'latency_ms');
    const end = [numberAt(match, 'status'), textAt(match, 'outcome'), textAt(match, 'error_code')]
      .filter((part) => part !== undefined)
      .join(' ');
    return [textAt(match, 'request_id') ?? '', textAt(match, 'timestamp') ?? '', latencyMs === undefined ? '' : formatMs(latencyMs), end];
  });
  const widths = [0, 1, 2].map((index) => Math.max(0, ...rows.map((row) => (row[index] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, index) => printable(cell).padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const title = `${matches.length} requests were called ${printable(id)} by their client; trace one of them:`;
  return `${[title, ...lines].map((line) => clip(line, columns ?? line.length)).join('\n')}\n`;
}
