import type { Family, LabelPair } from './family.ts';

/** Prometheus' text exposition format 0.0.4. */
export function renderFamily(family: Family): string {
  let text = `# HELP ${family.name} ${escapeHelp(family.help)}\n# TYPE ${family.name} ${family.kind}\n`;
  for (const { suffix = '', labels, value } of family.samples()) {
    text += `${family.name}${suffix}${renderLabels(labels)} ${renderValue(value)}\n`;
  }
  return text;
}

function renderLabels(labels: readonly LabelPair[]): string {
  if (labels.length === 0) return '';
  return `{${labels.map(([name, value]) => `${name}="${escapeHelp(value).replaceAll('"', '\\"')}"`).join(',')}}`;
}

export function renderValue(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
