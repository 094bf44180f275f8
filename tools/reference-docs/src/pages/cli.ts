import { renderCliReference } from '@codex-proxy/ops-cli';
import { page } from '../markdown.ts';

export function cliPage(): string {
  return page('codex-ops', renderCliReference());
}
