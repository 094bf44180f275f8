import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, LOG_EVENTS, LOG_FIELDS, METRIC_LABELS, METRICS, type LogEvent, type MetricDefinition } from '@codex-proxy/contracts';
import { failed, judged, passed, type Judgement, type Step } from '../../verdict/verdict.ts';
import { runNode } from '../child.ts';

const RENDERER = 'tools/reference-docs/src/main.ts';
const ERRORS = 'docs/reference/errors.md';

/** What is written for others to rely on is what the tables say, and the tables keep their own rules. */
export function contractsSteps(root: string): readonly Step[] {
  const metrics = Object.entries<MetricDefinition>(METRICS);
  const events = Object.entries<LogEvent>(LOG_EVENTS);
  return [
    { name: 'generated documents are what the tables render', run: async () => documents(root) },
    {
      name: 'metrics are named by the rules of Prometheus',
      run: () => judged(metrics.flatMap(metricProblems), `${metrics.length} series`),
    },
    { name: 'labels are bounded, and named after nobody', run: labels },
    { name: 'error codes are the same in code and document', run: () => errorCodes(root) },
    { name: 'log events have fields that are known', run: () => judged(events.flatMap(eventProblems), `${events.length} events`) },
  ];
}

async function documents(root: string): Promise<Judgement> {
  const { code, out, err } = await runNode(root, ['-C', '@codex-proxy/source', RENDERER, '--check']);
  if (code === 0) return passed();
  const paths = out.split('\n').filter((path) => path !== '');
  if (paths.length > 0) return failed(...paths.map((path) => `${path} differs: npm run docs writes it`));
  return failed(`${RENDERER} --check ended with ${code ?? 'a signal'}: ${err.trim().split('\n').at(-1) ?? ''}`);
}

/** Endings that mean something to Prometheus, and the kinds that may have them: https://prometheus.io/docs/practices/naming/ */
const ENDINGS: readonly (readonly [ending: string, kinds: readonly MetricDefinition['kind'][]])[] = [
  ['_total', ['counter']],
  ['_info', ['gauge']],
  ['_bucket', []],
  ['_count', []],
  ['_sum', []],
];

function metricProblems([name, { kind, help }]: readonly [string, MetricDefinition]): readonly string[] {
  const wrong = ENDINGS.find(([ending, kinds]) => name.endsWith(ending) && !kinds.includes(kind));
  return [
    ...(/^codex_[a-z][a-z0-9_]*$/.test(name) ? [] : [`${name}: codex_ and small letters were expected`]),
    ...(wrong === undefined ? [] : [`${name}: a ${kind} does not end in ${wrong[0]}`]),
    ...(kind === 'counter' && !name.endsWith('_total') ? [`${name}: a counter ends in _total`] : []),
    ...(/^[A-Z0-9].*\.$/s.test(help) ? [] : [`${name}: its help is no sentence`]),
  ];
}

/** By the check that every start of the proxy makes. */
async function labels(): Promise<Judgement> {
  const { CatalogueError, createMetrics } = await import('@codex-proxy/metrics');
  try {
    createMetrics();
    return passed(`${Object.keys(METRIC_LABELS).length} labels`);
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    return failed(...error.message.split('; '));
  }
}

function errorCodes(root: string): Judgement {
  const rows = readFileSync(join(root, ERRORS), 'utf8').matchAll(/^\| `([a-z_]+)` \| (\d{3}) \|/gm);
  const documented = new Map([...rows].map(([, code = '', status]) => [code, Number(status)]));
  const codes = Object.entries(ERROR_CODES);
  const differing = codes.filter(([code, { status }]) => documented.get(code) !== status);
  const problems = [
    ...differing.map(([code, { status }]) => `${code} (${status}) is ${documented.get(code) ?? 'missing'} in ${ERRORS}`),
    ...[...documented.keys()].filter((code) => !(code in ERROR_CODES)).map((code) => `${code} in ${ERRORS} is no code`),
  ];
  return judged(problems, `${codes.length} codes`);
}

function eventProblems([name, { fields }]: readonly [string, LogEvent]): readonly string[] {
  return fields.filter((field) => !(field in LOG_FIELDS)).map((field) => `${name}: ${field} is no field`);
}
