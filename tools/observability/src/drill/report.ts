import { RUNBOOK, SIGNALS, anchor } from '../signals.ts';
import { FACTOR, INTERVAL_MS, shorter } from '../live/pace.ts';
import { CHAT_ROUTE, THRESHOLDS } from '../objectives.ts';
import { durationText } from '../promql/duration.ts';
import { ALERTS } from '../rules/alerts.ts';
import type { Drill, Drilled } from './drill.ts';
import type { Firing } from './firing.ts';
import type { Command } from './journal.ts';

/** What is kept of each bundle, beside the pictures. */
export const KEPT = {
  'manifest.json': 'manifest.json',
  'alert.yaml': 'alert.yaml',
  'probes/readyz.json': 'readyz.json',
  'metrics/snippet.prom': 'metrics.prom',
  'request/trace.txt': 'trace.txt',
} as const;

export interface DrawnPanel {
  readonly title: string;
  /** Beside the report. */
  readonly file: string;
}

export interface ReportParts {
  readonly drill: Drill;
  readonly versions: { readonly proxy: string; readonly prometheus: string };
  /** By the name of the incident. */
  readonly pictures: Readonly<Record<string, readonly DrawnPanel[]>>;
  /** Text of a file that is kept: `readyz.json` of the incident. */
  readonly kept: (incident: string, file: string) => string;
}

const MOST_LINES = 40;
const MOST_SERIES = 24;

/** ISO 8601 UTC, as it stands in logs. */
function stamp(timeMs: number | undefined): string {
  return timeMs === undefined ? '—' : new Date(timeMs).toISOString();
}

function seconds(fromMs: number, toMs: number | undefined): string {
  return toMs === undefined ? '—' : `${((toMs - fromMs) / 1_000).toFixed(1)} s`;
}

/** The first time that the alert of an incident fired after its fault was made. */
export function firingOf({ incident, injectedAtMs }: Drilled, all: readonly Firing[]): Firing {
  const found = all.find(({ alert, firedAtMs }) => alert === incident.alert && firedAtMs >= injectedAtMs);
  if (found === undefined) throw new Error(`${incident.alert} has not fired`);
  return found;
}

/** `dry-run.md`: what was done, when what fired and cleared, and what was captured. */
export function renderReport(parts: ReportParts): string {
  const { drill } = parts;
  return [
    ...head(parts),
    '## Times',
    '',
    ...timesTable(drill),
    '',
    'To fire counts from the fault, to clear from its mend, or from the fault where nothing is to be mended; where an alert waits for a condition to hold, that wait is part of it.',
    '',
    ...consequences(drill),
    ...drill.drilled.flatMap((each) => section(each, parts)),
    ...outcome(drill),
  ].join('\n');
}

function head({ drill, versions }: ReportParts): string[] {
  const { restartsS, maintenanceForS, latencyForS, baselineS } = THRESHOLDS;
  const scaled = [restartsS, maintenanceForS, latencyForS, baselineS].map((time) => `${durationText(time)} is ${shorter(time)}`).join(', ');
  return [
    '# Alert drill',
    '',
    `Written by \`npm run drill\` on ${stamp(drill.startedAtMs).slice(0, 10)}, from ${stamp(drill.startedAtMs)} to ${stamp(drill.endedAtMs)}. Every time, output and picture below is of that run; run it`,
    'again to replace them. What an on-call engineer does at each alert stands in the [runbook](../../../incident-runbook.md).',
    '',
    '## Set-up',
    '',
    `- One proxy ${versions.proxy}, a process of its own, on the scripted worker; about 25 chat requests a second, streamed and not, all the time.`,
    `- Prometheus ${versions.prometheus} scrapes it and evaluates [metrics-alerts.yaml](../../metrics-alerts.yaml) every ${INTERVAL_MS} ms.`,
    `- **Shortened**: durations of the rules up to ten minutes are divided by ${FACTOR}, longer ones go by their logarithm (${scaled}). Expressions, thresholds and traffic floors are those of production.`,
    '  Not shortened: what the proxy itself computes (the sliding five minutes of its latency quantiles, the two minutes of the tool-buffer anomaly, the worker’s backoff).',
    '- Times of firing and clearing are those of Prometheus’ own samples of `ALERTS`, exact to one evaluation. All times are UTC.',
    '- `$STATE` is the state folder, `$DRILL` the folder of the drill, `$CHECKOUT` this repository. `codex-ops` had `CODEX_OPS_URL`, `PROXY_STATE_DIR` and `PROXY_ADMIN_TOKEN` in its environment.',
    '',
  ];
}

/** One line an incident. */
export function timesTable(drill: Drill): string[] {
  const rows = drill.drilled.map((each) => {
    const { incident, injectedAtMs, mendedAtMs } = each;
    const { firedAtMs, clearedAtMs } = firingOf(each, drill.firings);
    return [
      `[${incident.alert}](#${anchor(incident.alert)})`,
      stamp(injectedAtMs),
      stamp(firedAtMs),
      seconds(injectedAtMs, firedAtMs),
      stamp(mendedAtMs),
      stamp(clearedAtMs),
      seconds(mendedAtMs ?? injectedAtMs, clearedAtMs),
    ];
  });
  const lines = [['alert', 'fault made', 'fired', 'to fire', 'mended', 'cleared', 'to clear'], Array<string>(7).fill('---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`);
}

function consequences({ drilled, firings }: Drill): string[] {
  const own = new Set(drilled.map((each) => firingOf(each, firings)));
  const others = firings.filter((firing) => !own.has(firing));
  if (others.length === 0) return ['Nothing else fired.', ''];
  return [
    'What else fired, and which fault had been made last. Before the first of them Prometheus, just started, has no target for five seconds.',
    '',
    '| alert | fired | cleared | after |',
    '| --- | --- | --- | --- |',
    ...others.map(({ alert, firedAtMs, clearedAtMs }) => {
      const cause = drilled.findLast(({ injectedAtMs }) => injectedAtMs <= firedAtMs)?.incident.name ?? 'the start';
      return `| ${alert} | ${stamp(firedAtMs)} | ${stamp(clearedAtMs)} | ${cause} |`;
    }),
    '',
  ];
}

function section(each: Drilled, { drill, pictures, kept }: ReportParts): string[] {
  const { incident, injectedAtMs, mendedAtMs, requestId, commands } = each;
  const { signal, severity, summary } = ALERTS[incident.alert];
  const { firedAtMs, clearedAtMs } = firingOf(each, drill.firings);
  const files = Object.values(KEPT).map((file) => `[${file}](${incident.name}/${file})`);
  const code = (language: string, text: string): string[] => [`\`\`\`${language}`, text.trimEnd(), '```', ''];
  return [
    `## ${incident.alert}`,
    '',
    `${summary} (${severity}). Runbook: [${SIGNALS[signal]}](../../../${RUNBOOK.split('/').at(-1) ?? ''}#${anchor(SIGNALS[signal])}).`,
    '',
    `- **Trigger**, at ${stamp(injectedAtMs)}: ${incident.trigger}`,
    `- **Fired** at ${stamp(firedAtMs)}.`,
    `- **Remedy**${mendedAtMs === undefined ? '' : `, at ${stamp(mendedAtMs)}`}: ${incident.remedy}`,
    `- **Cleared** at ${stamp(clearedAtMs)}.`,
    `- **Captured**: ${files.join(', ')}; the other files that the manifest lists are not kept here.`,
    '',
    ...(pictures[incident.name] ?? []).map(({ title, file }) => `![${title}](${file})`),
    '',
    'Commands, with the beginning of what they printed:',
    '',
    ...code('console', commands.map(commandText).join('\n\n')),
    `The incident’s request \`${requestId}\`:`,
    '',
    ...code('text', firstLines(kept(incident.name, KEPT['request/trace.txt']), MOST_LINES)),
    'The probe `/readyz`:',
    '',
    ...code('json', kept(incident.name, KEPT['probes/readyz.json'])),
    'The series behind the alert, of `/metrics`, without those of other routes:',
    '',
    ...code('text', firstLines(samplesOf(kept(incident.name, KEPT['metrics/snippet.prom'])), MOST_SERIES)),
  ];
}

const MOST_PRINTED = 6;
/** What has its own block in the report. */
const SHOWN_BELOW = /^npx codex-ops (trace|logs) /;

function commandText({ atMs, text, code, output }: Command): string {
  const printed = SHOWN_BELOW.test(text) ? `(${output.trimEnd().split('\n').length} lines)` : firstLines(output, MOST_PRINTED);
  return [`# ${stamp(atMs)}${code === 0 ? '' : `, exit code ${code ?? 'none'}`}`, `$ ${text}`, printed].join('\n').trimEnd();
}

function firstLines(text: string, most: number): string {
  const lines = text.trimEnd().split('\n');
  return lines.length <= most ? lines.join('\n') : [...lines.slice(0, most), `… ${lines.length - most} more lines`].join('\n');
}

function samplesOf(exposition: string): string {
  return exposition
    .split('\n')
    .filter((line) => !line.startsWith('#') && line !== '' && (line.includes(`route="${CHAT_ROUTE}"`) || !line.includes('route=')))
    .join('\n');
}

function outcome({ drilled, firings, closing }: Drill): string[] {
  const cleared = drilled.filter((each) => firingOf(each, firings).clearedAtMs !== undefined);
  return [
    '## Outcome',
    '',
    `${cleared.length} of ${drilled.length} alerts fired for their fault and cleared after its mend; the drill ended with no alert pending or firing. The proxy afterwards:`,
    '',
    '```console',
    ...closing.map(({ atMs, text, output }) => `# ${stamp(atMs)}\n$ ${text}\n${output.trimEnd()}`),
    '```',
    '',
  ];
}
