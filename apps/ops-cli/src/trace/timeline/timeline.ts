import { isRecord, numberAt, textAt, timeAt, type JsonRecord } from '../../json/record.ts';
import type { Evidence, SourceName } from '../evidence.ts';
import { alignFrames, frameStep, framesOf, submittedMs, type Frame, type FrameClock } from './frames.ts';
import { timed } from './stretches.ts';
import { PROXY_EXITED, proxyExitOf } from '../proxy-exit.ts';
import type { Step, Stretch, TimedStep } from './step.ts';

export interface Timeline {
  readonly steps: readonly TimedStep[];
  readonly frames: readonly Frame[];
  readonly clock: FrameClock;
  /** When the request line came in, since the epoch; else the first thing that is known. */
  readonly startedAtMs: number;
  /** Whether that is the request line. */
  readonly hasRequestLine: boolean;
  /** Stretches of the request's time, longest first. */
  readonly stretches: readonly Stretch[];
}

/** Everything that is known of a request, in the order in which it happened. */
export function createTimeline(evidence: Evidence): Timeline {
  const terminal = evidence.access.at(-1);
  const frames = framesOf(evidence);
  const latencyMs = numberAt(terminal, 'latency_ms');
  const endedAtMs = timeAt(terminal, 'timestamp');
  const hasRequestLine = latencyMs !== undefined && endedAtMs !== undefined;
  const startedAtMs = hasRequestLine ? startOf(evidence, endedAtMs - latencyMs) : earliest(evidence, frames);
  const ttftMs = numberAt(terminal, 'ttft_ms');
  const queueMs = numberAt(terminal, 'queue_ms');
  const alignment = alignFrames(frames, evidence, {
    ...{ startedAtMs, ttftMs, latencyMs: latencyMs ?? Infinity, queueMs: queueMs ?? 0 },
    isCompleted: textAt(terminal, 'outcome') === 'completed',
  });
  const isDated = Number.isFinite(startedAtMs);
  const since = (timeMs: number | undefined): number => {
    const sinceMs = timeMs === undefined || !isDated ? 0 : timeMs - startedAtMs;
    // Records are stamped to the millisecond.
    return sinceMs < 0 && sinceMs > -STAMP_ERROR_MS ? 0 : sinceMs;
  };

  const steps: Step[] = frames.map((frame) => frameStep(frame, alignment.offsetMs));
  if (terminal !== undefined) {
    const firstAskMs = steps.find(({ kind }) => kind === 'ask')?.atMs ?? submittedMs(evidence, startedAtMs) + (queueMs ?? 0);
    steps.push(...terminalSteps(terminal, { queueMs, ttftMs, latencyMs: latencyMs ?? 0, firstAskMs }));
  }
  for (const record of evidence.usage) {
    steps.push(step('usage', since(timeAt(record, 'timestamp')), 'token usage recorded', tokensOf(record)));
  }
  for (const record of evidence.log) {
    if (!hasRequestLine || !TOLD_BY_TERMINAL.includes(textAt(record, 'event') ?? ''))
      steps.push(logStep(record, since(timeAt(record, 'timestamp')), 'event'));
  }
  const run = evidence.runEvents.map((row) => runEventStep(row, since(timeAt(row, 'created_at'))));
  steps.push(...run);
  for (const row of evidence.agentLogs) steps.push(agentLogStep('agent_logs', row, since(timeAt(row, 'created_at'))));
  for (const row of evidence.archived) steps.push(agentLogStep('archive', row, since(timeAt(row, 'created_at'))));
  const lastMs = Math.max(latencyMs ?? 0, ...steps.map(({ untilMs }) => untilMs));
  const untilMs = proxyExitOf(evidence) === undefined ? lastMs : lastMs + LONGEST_START_MS;
  const isMeanwhile = ({ atMs }: Step): boolean => atMs >= 0 && atMs <= untilMs;
  const logged = evidence.lifeCycle.map((record) => logStep(record, since(timeAt(record, 'timestamp')), 'life_cycle'));
  const ofWorker = evidence.workerLogs.map((row) => agentLogStep('agent_logs', row, since(timeAt(row, 'created_at')), 'life_cycle'));
  steps.push(...[...logged, ...ofWorker].filter(isMeanwhile));
  return { ...timed(steps, latencyMs), frames, clock: alignment.clock, startedAtMs: isDated ? startedAtMs : 0, hasRequestLine };
}

/** A terminal record is stamped when it is written, which may be a while after the end; nothing of a request is before its request line. */
function startOf({ log, agentLogs }: Evidence, computedMs: number): number {
  const received = [...log, ...agentLogs].find((record) => textAt(record, 'event') === 'request_received');
  const receivedAtMs = timeAt(received, 'timestamp') ?? timeAt(received, 'created_at') ?? computedMs;
  return computedMs - receivedAtMs <= MOST_WRITING_MS ? Math.min(computedMs, receivedAtMs) : computedMs;
}

/** A start tells of itself when it has found what was left behind. */
const LONGEST_START_MS = 2_000;
/** More than that is a clock that was set. */
const MOST_WRITING_MS = 60_000;

function earliest(evidence: Evidence, frames: readonly Frame[]): number {
  const times = [
    timeAt(evidence.run, 'started_at'),
    ...evidence.runEvents.map((row) => timeAt(row, 'created_at')),
    ...evidence.agentLogs.map((row) => timeAt(row, 'created_at')),
    ...evidence.archived.map((row) => timeAt(row, 'created_at')),
    ...evidence.log.map((row) => timeAt(row, 'timestamp')),
    minus(timeAt(evidence.frames[0], 'timestamp') ?? timeAt(evidence.artifact, 'timestamp'), frames.at(-1)?.untilMs ?? 0),
    ...evidence.usage.map((row) => timeAt(row, 'timestamp')),
  ];
  return Math.min(...times.filter((time) => time !== undefined));
}

function minus(time: number | undefined, ms: number): number | undefined {
  return time === undefined ? undefined : time - ms;
}

const STAMP_ERROR_MS = 2;

interface TerminalTimes {
  readonly queueMs: number | undefined;
  readonly ttftMs: number | undefined;
  readonly latencyMs: number;
  /** When the worker was first asked, as far as it is known. */
  readonly firstAskMs: number;
}

/** What the terminal record alone tells of the way there. */
function terminalSteps(terminal: JsonRecord, { queueMs, ttftMs, latencyMs, firstAskMs }: TerminalTimes): Step[] {
  const made = [step('access', 0, 'request line', pick(terminal, REQUEST_FIELDS), 'request')];
  // Where it was shorter than the clocks can tell apart it says nothing.
  if (queueMs !== undefined && queueMs >= SHORTEST_QUEUE_MS) {
    const grantedMs = Math.max(queueMs, Math.min(firstAskMs, latencyMs));
    made.push(step('access', grantedMs - queueMs, 'wait for a worker slot', {}, 'slot'));
    made.push(step('access', grantedMs, 'slot granted', { queue_ms: queueMs }, 'granted'));
  }
  if (ttftMs !== undefined) made.push(step('access', ttftMs, 'first content delta', {}, 'first_token'));
  const answeredBy = answererOf(terminal);
  made.push({
    ...step('access', latencyMs, 'end of the answer', pick(terminal, END_FIELDS), 'end'),
    ...(answeredBy === undefined ? {} : { answeredBy }),
    isWorkerLost: textAt(terminal, 'error_code') === 'worker_exited',
    // To begin with the worker was asked for one, and named.
    isInQueue: textAt(terminal, 'error_code') === 'worker_timeout' && numberAt(terminal, 'worker_pid') === undefined,
  });
  return made;
}

/** The worker is named where it was asked. */
function answererOf(terminal: JsonRecord): Step['answeredBy'] {
  const outcome = textAt(terminal, 'outcome');
  if (numberAt(terminal, 'worker_pid') !== undefined) return outcome === 'completed' ? 'worker' : undefined;
  return outcome === 'completed' || outcome === 'refused' ? 'proxy' : undefined;
}

/** Records of the log that say no more than the terminal record does. */
const TOLD_BY_TERMINAL = ['request_received', 'request_completed'];
const SHORTEST_QUEUE_MS = 1;
const REQUEST_FIELDS = ['method', 'route', 'model', 'stream', 'client_request_id'];
const END_FIELDS = [
  'status',
  'outcome',
  'finish_reason',
  'error_code',
  'reason',
  'delta_count',
  'bytes',
  'worker_state',
  'worker_pid',
  'restart_count',
];
const TOKEN_FIELDS = ['tokens_prompt', 'tokens_response', 'tokens_cached', 'tokens_reasoning'];

function tokensOf(record: JsonRecord): Readonly<Record<string, unknown>> {
  return pick(record, TOKEN_FIELDS);
}

function logStep(record: JsonRecord, atMs: number, kind: Step['kind']): Step {
  const { timestamp: _timestamp, component: _component, event, request_id: _id, run_id: _run, ...rest } = record;
  return step('log', atMs, typeof event === 'string' ? event : 'log record', rest, kind);
}

function runEventStep(row: JsonRecord, atMs: number): Step {
  const payload = row['payload'];
  const type = textAt(row, 'type') ?? 'event';
  const reason = isRecord(payload) ? textAt(payload, 'reason') : undefined;
  const { level, source, correlation_id: correlation } = row;
  const about = { ...(level === 'info' || level == null ? {} : { level }), ...(source == null ? {} : { source }) };
  const rest = {
    ...about,
    ...(correlation == null || correlation === row['run_id'] ? {} : { correlation_id: correlation }),
    ...(isRecord(payload) ? payload : { payload }),
  };
  const what = type === 'note' && reason !== undefined ? `note: ${reason}` : type;
  return step('run_events', atMs, what, rest, reason === PROXY_EXITED ? 'life_cycle' : 'event');
}

function agentLogStep(source: 'agent_logs' | 'archive', row: JsonRecord, atMs: number, kind: Step['kind'] = 'event'): Step {
  const { id: _id, created_at: _created, run_id: _run, event, payload_json: _text, payload, ...rest } = row;
  const known = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  return step(source, atMs, typeof event === 'string' ? event : 'agent log', { ...known, ...(isRecord(payload) ? payload : {}) }, kind);
}

function step(source: SourceName, atMs: number, what: string, detail: Step['detail'], kind: Step['kind'] = 'event'): Step {
  return { kind, atMs, untilMs: atMs, sources: [source], what, detail };
}

function pick(record: JsonRecord, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.filter((name) => record[name] !== undefined).map((name) => [name, record[name]]));
}
