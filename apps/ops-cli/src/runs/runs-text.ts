import type { RunSummary } from '@codex-proxy/contracts';
import { formatMs } from '../text/duration.ts';
import { fits, renderFitting, type FittingColumn } from '../text/fitting-columns.ts';
import { formatAge, formatCount } from '../text/number.ts';
import type { Paint } from '../text/paint.ts';
import { printable } from '../text/printable.ts';

export interface RunsTextOptions {
  readonly paint: Paint;
  readonly width: number;
  readonly nowMs: number;
}

/** A line a run, under titles; empty without any. */
export function runsText(runs: readonly RunSummary[], { paint, width, nowMs }: RunsTextOptions): string {
  if (runs.length === 0) return '';
  const age: FittingColumn<RunSummary> = {
    title: 'age',
    isNumber: true,
    of: (run) => formatAge((nowMs - Date.parse(run.started_at)) / 1000),
    goes: 1,
  };
  const columns: readonly FittingColumn<RunSummary>[] = [
    { title: 'run', of: (run) => printable(run.run_id) },
    { title: 'status', of: ({ status }) => status },
    age,
    { title: 'took', isNumber: true, of: tookText, goes: 2 },
    { title: 'events', isNumber: true, of: (run) => formatCount(run.event_count), goes: 4 },
    { title: 'tokens', isNumber: true, of: tokensText, goes: 3 },
    { title: 'started', of: (run) => run.started_at, goes: 6 },
    { title: 'model', of: ({ model }) => printable(model ?? '-'), goes: 5 },
    { title: 'error', of: (run) => printable(run.error_code ?? '') },
  ];
  // Of two columns that tell how a run ended the code tells more, where there is one.
  const narrow: readonly FittingColumn<RunSummary>[] = [
    { title: 'run', of: (run) => printable(run.run_id) },
    age,
    { title: 'ended', of: (run) => printable(run.error_code ?? run.status) },
  ];
  const whole = renderFitting(columns, runs, width);
  const [titles = '', ...lines] = (fits(whole, width) ? whole : renderFitting(narrow, runs, width)).trimEnd().split('\n');
  const painted = lines.map((line, at) => {
    const { status } = runs[at] ?? {};
    const style = status === 'completed' ? undefined : status === 'running' ? 'cyan' : status === 'client_closed' ? 'yellow' : 'red';
    return style === undefined ? line : paint(style, line);
  });
  return `${[paint('bold', titles), ...painted].join('\n')}\n`;
}

function tookText({ started_at: startedAt, ended_at: endedAt }: RunSummary): string {
  return endedAt === null ? '-' : formatMs(Date.parse(endedAt) - Date.parse(startedAt));
}

/** `11 → 5`: prompt and response. */
function tokensText({ tokens_prompt: prompt, tokens_response: response }: RunSummary): string {
  return prompt === null && response === null ? '-' : `${formatCount(prompt ?? 0)} → ${formatCount(response ?? 0)}`;
}
