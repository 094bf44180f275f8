import type { ErrorCode, METRIC_LABELS, METRICS, MetricLabelName, MetricName } from '@codex-proxy/contracts';

/** What label `L` can hold: the members of a closed set, any text for an open one. */
export type LabelValue<L extends MetricLabelName> = L extends 'error_code'
  ? ErrorCode | 'client_closed'
  : (typeof METRIC_LABELS)[L] extends { readonly values: readonly (infer V)[] }
    ? V
    : string;

export type LabelNameOf<N extends MetricName> = (typeof METRICS)[N]['labels'][number];

/** Conditions on the labels of series `N`: a value, or one of several. */
export type Matchers<N extends MetricName> = {
  readonly [L in MetricLabelName]?: L extends LabelNameOf<N> ? LabelValue<L> | readonly LabelValue<L>[] : never;
};

/** A value for each label of series `N`. */
export type FullLabels<N extends MetricName> = { readonly [L in LabelNameOf<N>]: LabelValue<L> };

/** `{a="x",b=~"y|z"}`; nothing at all where there is no condition. `scope` goes first, as it is. */
export function matcherText(matchers: Readonly<Record<string, string | readonly string[] | undefined>>, scope = ''): string {
  const conditions = Object.entries(matchers).flatMap(([label, value]) => {
    if (value === undefined) return [];
    return [typeof value === 'string' ? `${label}=${quoted(value)}` : `${label}=~${quoted(value.map(literal).join('|'))}`];
  });
  const all = scope === '' ? conditions : [scope, ...conditions];
  return all.length === 0 ? '' : `{${all.join(', ')}}`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
