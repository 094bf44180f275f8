import { configurationRows } from '@codex-proxy/proxy';
import { code, page, table } from '../markdown.ts';

export function configurationPage(): string {
  const rows = configurationRows().map(({ name, type, default: fallback, accepted, description, secret }) => [
    code(name),
    type,
    fallback,
    accepted,
    secret ? `${description} Secret: never echoed.` : description,
  ]);
  return page(
    'Configuration',
    'Environment variables of the proxy. An empty variable counts as unset. With a value that is not accepted the proxy does not start: ' +
      'it names every problem at once and exits with code 78.',
    table(['variable', 'type', 'default', 'accepted', 'what it does'], rows),
  );
}
