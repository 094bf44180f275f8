import { formatBytes, formatMs } from '../text/duration.ts';
import { counted, formatAge, formatCount } from '../text/number.ts';
import { printable } from '../text/printable.ts';
import { untilWhen, whoAndWhen } from '../maintenance/maintenance-text.ts';
import type { Observation } from './document.ts';
import { type Quantiles, type Traffic, type Window } from './traffic.ts';

export type Tone = 'good' | 'bad' | 'odd' | 'plain';

export interface PanelRow {
  readonly label: string;
  readonly value: string;
  readonly tone: Tone;
}

export interface Panel {
  readonly title: string;
  readonly rows: readonly PanelRow[];
}

/** Stands for what was not seen. */
export const UNKNOWN = '?';

/** What the screen has below the verdict. What was not seen is shown as `?`. */
export function panelsOf(seen: Observation): readonly Panel[] {
  return [workerPanel(seen), trafficPanel(seen), operationPanel(seen), storagePanel(seen)];
}

function row(label: string, value: string, tone: Tone = 'plain'): PanelRow {
  return { label, value, tone };
}

function workerPanel({ probe, worker, process }: Observation): Panel {
  const state = probe?.worker_state;
  const exit = probe?.last_exit_code === undefined ? '' : `, last exit ${probe.last_exit_code ?? 'by a signal'}`;
  const streak = probe?.restart_streak ?? 0;
  return {
    title: 'worker',
    rows: [
      row('state', state ?? UNKNOWN, state === 'ready' ? 'good' : 'bad'),
      row(
        'restarts',
        `${known(worker?.restarts, formatCount)} since start, ${probe === null ? UNKNOWN : streak} in a row${exit}`,
        streak > 0 ? 'odd' : 'plain',
      ),
      row(
        'backoff',
        probe === null ? UNKNOWN : (probe.backoff_ms ?? 0) === 0 ? 'none' : formatMs(probe.backoff_ms ?? 0),
        (probe?.backoff_ms ?? 0) > 0 ? 'bad' : 'plain',
      ),
      row(
        'turns',
        `${known(worker?.inflight, formatCount)} running now, ${known(worker?.queue_depth, formatCount)} waiting, ${known(worker?.streams_active, formatCount)} streaming`,
        (worker?.queue_depth ?? 0) > 0 ? 'odd' : 'plain',
      ),
      row('recycled', `${known(worker?.recycles, formatCount)} since start`),
      row('memory', `${known(worker?.rss_bytes, formatBytes)}, log database ${known(worker?.log_db_bytes, formatBytes)}`),
      row('version', process === null ? UNKNOWN : `codex ${printable(process.codex_version)}`),
    ],
  };
}

function trafficPanel({ traffic, tool_buffer: tools }: Observation): Panel {
  return {
    title: 'traffic',
    rows: [
      row(
        'requests',
        traffic === null
          ? UNKNOWN
          : `${formatCount(traffic.requests)} in ${windowText(traffic.window)}, ${traffic.per_second.toFixed(2)}/s`,
      ),
      row('errors', traffic === null ? UNKNOWN : errorsText(traffic), (traffic?.faults ?? 0) > 0 ? 'odd' : 'plain'),
      row('latency', quantilesText(traffic?.latency_ms, traffic?.latency_window)),
      row('1st token', quantilesText(traffic?.first_token_ms, traffic?.first_token_window)),
      row(
        'tool calls',
        tools === null ? UNKNOWN : `${tools.anomaly ? 'anomaly' : 'no anomaly'}, ${formatCount(tools.aborted)} let go since start`,
        tools?.anomaly === true ? 'odd' : 'plain',
      ),
    ],
  };
}

function operationPanel({ probe, maintenance, trace_buffer: traces, losses, process, at }: Observation): Panel {
  const nowMs = Date.parse(at);
  const isOn = probe?.maintenance_mode ?? maintenance?.enabled;
  const terms =
    maintenance === null ? '' : `${whoAndWhen(maintenance, nowMs)}${maintenance.enabled ? `; ${untilWhen(maintenance, nowMs)}` : ''}`;
  const degraded = probe?.degraded ?? [];
  const lost = losses === null ? 0 : losses.log_records + losses.run_events + losses.traces;
  return {
    title: 'operation',
    rows: [
      row('maintenance', isOn === undefined ? UNKNOWN : `${isOn ? 'on' : 'off'}${terms}`, isOn === true ? 'odd' : 'plain'),
      row(
        'degraded',
        probe === null ? UNKNOWN : degraded.length === 0 ? 'nothing' : degraded.join(', '),
        degraded.length > 0 ? 'odd' : 'plain',
      ),
      row('traces', traces === null ? UNKNOWN : tracesText(traces)),
      row(
        'lost',
        losses === null
          ? UNKNOWN
          : lost === 0
            ? 'nothing since start'
            : `${counted(losses.log_records, 'log record')}, ${counted(losses.run_events, 'run event')}, ${counted(losses.traces, 'trace')} since start`,
        lost > 0 ? 'odd' : 'plain',
      ),
      row(
        'proxy',
        process === null
          ? UNKNOWN
          : `${printable(process.version)}, up ${formatAge(process.uptime_seconds)}, ${formatBytes(process.rss_bytes)}`,
      ),
    ],
  };
}

function storagePanel({ archive, disk }: Observation): Panel {
  const last = archive === null ? UNKNOWN : archive.age_seconds === null ? 'never' : `${formatAge(archive.age_seconds)} ago`;
  return {
    title: 'storage',
    rows: [
      row('agent logs', known(archive?.agent_logs_bytes, formatBytes)),
      row('archived', last),
      row('folder', disk === null ? UNKNOWN : printable(disk.state_dir)),
      row('disk', disk === null ? UNKNOWN : `${formatBytes(disk.used_bytes)} taken, ${formatBytes(disk.free_bytes)} free`),
    ],
  };
}

function known(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? UNKNOWN : format(value);
}

function tracesText({ enabled, entries, max_files: maxFiles }: NonNullable<Observation['trace_buffer']>): string {
  const capture = enabled === null ? '' : `capture ${enabled ? 'on' : 'off'}, `;
  return `${capture}${formatCount(entries)}${maxFiles === null ? '' : ` of ${formatCount(maxFiles)}`} kept`;
}

/** `the last 5 min`, `40 s of watching`, `all 3 h since start`. */
function windowText({ source, seconds }: Window): string {
  const age = formatAge(seconds);
  switch (source) {
    case 'access_log':
    case 'proxy':
      return `the last ${age}`;
    case 'watched':
      return `${age} of watching`;
    case 'since_start':
      return `all ${age} since start`;
  }
}

function errorsText({ error_ratio: ratio, faults, by_code: codes }: Traffic): string {
  if (ratio === null) return 'none: there were no requests';
  const named = Object.entries(codes)
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} ${formatCount(count)}`);
  return `${(ratio * 100).toFixed(ratio > 0 && ratio < 0.001 ? 3 : 1)} %${faults === 0 ? '' : `: ${named.join(', ')}`}`;
}

function quantilesText(quantiles: Quantiles | null | undefined, window: Window | undefined): string {
  if (quantiles === undefined || window === undefined) return UNKNOWN;
  if (quantiles === null) return 'no requests';
  const { p50, p95, p99 } = quantiles;
  const text = (value: number | null): string => (value === null ? '-' : formatMs(value));
  const since = window.source === 'since_start' ? 'since start' : formatAge(window.seconds);
  return `p50 ${text(p50)}, p95 ${text(p95)}, p99 ${text(p99)} (${since})`;
}
