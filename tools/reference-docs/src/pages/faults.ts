import { basename } from 'node:path';
import { FAULT_GROUPS, type Fault } from '@codex-proxy/chaos';
import { page, table } from '../markdown.ts';

const COLUMNS = ['fault', 'clients', '`/readyz`', 'metrics', 'log', 'after it', 'shown by'];

export function faultsPage(): string {
  return page(
    'Faults',
    'What may happen to the proxy, and what clients, probes, metrics and log say of it. Each row names the test that makes the fault on a real ' +
      'proxy and looks at all four. In the column of the log, brackets hold what the fields of the record say. `npm run chaos` ' +
      'makes many of them at once, under load.',
    ...FAULT_GROUPS.map(({ title, faults }) => `## ${title}\n\n${table(COLUMNS, faults.map(rowOf))}`),
  );
}

function rowOf({ name, how, client, probe, metric, log, after, test }: Fault): string[] {
  return [`**${name}**: ${how}`, client, probe, metric, log, after, `[${basename(test.file)}](../../${test.file}) “${test.name}”`];
}
