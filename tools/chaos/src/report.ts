import { renderTable } from '@codex-proxy/bench';
import type { Trial } from './trial.ts';

export function renderTrial({ name, figures }: Trial): string {
  const rows = figures.map(({ what, measured, target, met }) => [what, measured, target, target === '' ? '' : met ? 'yes' : 'NO']);
  return renderTable({ title: name, columns: ['what', 'measured', 'target', 'met'], rows });
}
