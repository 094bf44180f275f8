export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** With the suffix that a histogram or summary gives it: `…_bucket`. */
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** Samples under one `# TYPE`. */
export interface Family {
  readonly name: string;
  /** `counter`, `gauge`, `histogram`, `summary`, `untyped`. */
  readonly kind: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export type Exposition = ReadonlyMap<string, Family>;

const SAMPLE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? +(\S+)(?: +-?\d+)?$/;
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"(?:,\s*|$)/gy;
const SUFFIX = /_(?:bucket|sum|count)$/;

/**
 * Reads Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). Undefined where it is something
 * else: one line that cannot be read is enough.
 */
export function parseExposition(text: string): Exposition | undefined {
  const families = new Map<string, { name: string; kind: string; help: string; samples: Sample[] }>();
  const familyOf = (name: string): { kind: string; help: string; samples: Sample[] } => {
    const found = families.get(name) ?? { name, kind: 'untyped', help: '', samples: [] };
    families.set(name, found);
    return found;
  };
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '') continue;
    if (trimmed.startsWith('#')) {
      const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(trimmed) ?? [];
      if (word === 'HELP') familyOf(name).help = rest;
      if (word === 'TYPE') familyOf(name).kind = rest;
      continue;
    }
    const sample = parseSample(trimmed);
    if (sample === undefined) return undefined;
    const parent = families.get(sample.name.replace(SUFFIX, ''));
    const isPart = parent !== undefined && ['histogram', 'summary'].includes(parent.kind);
    (isPart ? parent : familyOf(sample.name)).samples.push(sample);
  }
  return families;
}

function parseSample(line: string): Sample | undefined {
  const [, name, inner = '', text = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined) return undefined;
  const labels: Record<string, string> = {};
  let end = 0;
  for (const { 0: all, 1: label = '', 2: value = '', index } of inner.matchAll(LABEL)) {
    labels[label] = value.replaceAll(/\\(.)/g, (_pair, character: string) => (character === 'n' ? '\n' : character));
    end = index + all.length;
  }
  const value = readNumber(text);
  return end !== inner.length || value === undefined ? undefined : { name, labels, value };
}

function readNumber(text: string): number | undefined {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  // prom-client writes Nan, and Prometheus reads it in any case.
  if (/^nan$/i.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}

/** Sum over the samples of that very name which have these labels; 0 where there is none. */
export function sumOf(exposition: Exposition, name: string, labels: Labels = {}): number {
  return samplesOf(exposition, name, labels).reduce((sum, { value }) => sum + value, 0);
}

/** The first such sample; undefined where there is none. */
export function valueOf(exposition: Exposition, name: string, labels: Labels = {}): number | undefined {
  return samplesOf(exposition, name, labels)[0]?.value;
}

export function samplesOf(exposition: Exposition, name: string, labels: Labels = {}): readonly Sample[] {
  const family = exposition.get(name) ?? exposition.get(name.replace(SUFFIX, ''));
  const wanted = Object.entries(labels);
  return (family?.samples ?? []).filter(
    (sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value),
  );
}
