import type { Fault, FaultGroup } from './fault.ts';

const COLUMNS = ['fault', 'made by', 'clients', '`/readyz`', 'metrics', 'log', 'after it'] as const;

/** The faults in Markdown, a table a group. */
export function renderFaults(groups: readonly FaultGroup[]): string {
  return groups.map(({ title, faults }) => `## ${title}\n\n${table(faults)}`).join('\n');
}

function table(faults: readonly Fault[]): string {
  const rows = faults.map(({ name, how, client, probe, metric, log, after }) => [name, how, client, probe, metric, log, after]);
  const lines = [COLUMNS, COLUMNS.map(() => '---'), ...rows].map((cells) => `| ${cells.map(escape).join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

function escape(cell: string): string {
  return cell.replaceAll('|', '\\|');
}
