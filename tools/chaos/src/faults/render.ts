import type { Fault } from './fault.ts';

const COLUMNS = ['fault', 'made by', 'clients', '`/readyz`', 'metrics', 'log', 'after it'] as const;

/** The faults as a table in Markdown. */
export function renderFaults(faults: readonly Fault[]): string {
  const rows = faults.map(({ name, how, client, probe, metric, log, after }) => [name, how, client, probe, metric, log, after]);
  const lines = [COLUMNS, COLUMNS.map(() => '---'), ...rows].map((cells) => `| ${cells.map(escape).join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

function escape(cell: string): string {
  return cell.replaceAll('|', '\\|');
}
