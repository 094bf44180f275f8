import type { MetricDefinition, MetricLabel } from '@codex-proxy/contracts';
import { CatalogueError } from '../errors.ts';

/** Last words of labels that name an individual, or a thing of which there are as many as requests. */
const INDIVIDUAL: readonly (string | undefined)[] = [
  ...['id', 'ids', 'uid', 'uuid', 'guid', 'key', 'token', 'session', 'hash'],
  ...['user', 'users', 'username', 'account', 'customer', 'tenant', 'org', 'email', 'mail', 'name'],
  ...['ip', 'addr', 'address', 'host', 'path', 'url', 'uri', 'query'],
  ...['trace', 'span', 'request', 'run', 'thread', 'turn', 'message', 'prompt', 'timestamp'],
];

/**
 * Refuses a catalogue with a label that is unknown, unbounded, or named after an individual or an id.
 * @throws {CatalogueError} naming every fault.
 */
export function checkCatalogue(
  definitions: Readonly<Record<string, MetricDefinition>>,
  labels: Readonly<Record<string, MetricLabel>>,
): void {
  const faults: string[] = [];
  for (const [name, definition] of Object.entries(definitions)) {
    for (const label of new Set<string>(definition.labels)) {
      const known = labels[label];
      if (known === undefined) faults.push(`${name}: the label ${label} is not in the table of labels`);
      else if (known.values === undefined && known.limit === undefined) faults.push(`${name}: the label ${label} has no limit`);
      if (INDIVIDUAL.includes(label.split('_').at(-1))) faults.push(`${name}: the label ${label} is named after an individual`);
    }
    if (definition.kind === 'histogram' && !isAscending(definition.buckets)) faults.push(`${name}: buckets must ascend`);
  }
  if (faults.length > 0) throw new CatalogueError(faults.join('; '));
}

function isAscending(buckets: readonly number[] | undefined): boolean {
  return (
    buckets !== undefined && buckets.length > 0 && buckets.every((bound, index) => index === 0 || bound > (buckets[index - 1] ?? bound))
  );
}
