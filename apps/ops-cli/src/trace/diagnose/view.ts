import { isRecord, numberAt, textAt, type JsonRecord } from '../../json/record.ts';
import type { Evidence } from '../evidence.ts';
import { failureOf } from '../timeline/frames.ts';
import type { Stretch } from '../timeline/step.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { startFailuresBefore, type StartFailures } from './start-failures.ts';
import { maintenanceAround, type MaintenanceSwitches } from './maintenance-switch.ts';
import { proxyExitOf, type ProxyExit } from '../proxy-exit.ts';

/** A failure as the worker or the run told it. */
export interface ToldFailure {
  readonly message: string | undefined;
  /** The provider's HTTP status. */
  readonly httpStatus: number | undefined;
  readonly willRetry: boolean;
}

/** All that the table of causes looks at. */
export interface View {
  /** One of the outcomes, `running`, or `unknown` where no terminal record was found. */
  readonly outcome: string;
  readonly status: number | undefined;
  readonly errorCode: string | undefined;
  readonly reason: string | undefined;
  readonly finishReason: string | undefined;
  readonly latencyMs: number | undefined;
  readonly queueMs: number;
  readonly ttftMs: number | undefined;
  readonly deltaCount: number;
  readonly isStream: boolean;
  /** Whether the worker was asked at all. */
  readonly reachedWorker: boolean;
  readonly failures: readonly ToldFailure[];
  /** Longest first. */
  readonly stretches: readonly Stretch[];
  /** Whether the proxy's own log was given. */
  readonly hasLog: boolean;
  /** Why textual tool calls of the answer were let go as plain text. */
  readonly toolBufferAborts: readonly string[];
  /** `worker_exited` records in the proxy's own log, while the request ran. */
  readonly workerExits: readonly JsonRecord[];
  /** What state the worker was in when the request ended, and how often it had been started again. */
  readonly workerState: string | undefined;
  readonly restartCount: number | undefined;
  /** Of a request that found no worker: why there was none, where that is known. */
  readonly startFailures: StartFailures | undefined;
  /** Undefined where the proxy outlived the request. */
  readonly proxyExit: ProxyExit | undefined;
  /** Switches of maintenance mode around the request, in the proxy's own log. */
  readonly maintenance: MaintenanceSwitches;
}

export function createView(evidence: Evidence, { frames, stretches, steps, startedAtMs }: Timeline): View {
  const terminal = evidence.access.at(-1);
  const { run, artifact } = evidence;
  const note = evidence.runEvents
    .map((row) => row['payload'])
    .findLast((payload) => isRecord(payload) && textAt(payload, 'reason') === 'run_ended');
  const end = terminal ?? (isRecord(note) ? note : undefined);
  const latencyMs = numberAt(end, 'latency_ms') ?? numberAt(artifact, 'duration_ms');
  const outcome = textAt(end, 'outcome') ?? textAt(run, 'status') ?? textAt(artifact, 'outcome');
  return {
    outcome: outcome ?? 'unknown',
    status: numberAt(end, 'status'),
    errorCode: textAt(end, 'error_code') ?? textAt(run, 'error_code'),
    reason: textAt(terminal, 'reason'),
    finishReason: textAt(terminal, 'finish_reason'),
    latencyMs,
    queueMs: numberAt(terminal, 'queue_ms') ?? 0,
    ttftMs: numberAt(terminal, 'ttft_ms'),
    deltaCount: numberAt(terminal, 'delta_count') ?? 0,
    isStream: terminal?.['stream'] === true,
    reachedWorker: frames.length > 0 || numberAt(terminal, 'worker_pid') !== undefined,
    failures: [...evidence.runEvents.flatMap(toldByRun), ...frames.flatMap((frame) => toldByWorker(failureOf(frame)))],
    stretches,
    hasLog: evidence.hasLog,
    toolBufferAborts: [...evidence.log, ...evidence.agentLogs, ...evidence.archived].flatMap(abortReason),
    workerExits: steps.filter(({ kind, what }) => kind === 'life_cycle' && what === 'worker_exited').map(({ detail }) => detail),
    workerState: textAt(terminal, 'worker_state'),
    restartCount: numberAt(terminal, 'restart_count'),
    startFailures: startFailuresBefore([...evidence.lifeCycle, ...evidence.workerLogs], startedAtMs + (latencyMs ?? 0) + 1),
    proxyExit: proxyExitOf(evidence),
    maintenance: maintenanceAround(evidence.lifeCycle, { startedAtMs, endedAtMs: startedAtMs + (latencyMs ?? 0) + 1 }),
  };
}

/** A client that left while one was held back has lost nothing by it. */
function abortReason(record: JsonRecord): string[] {
  if (textAt(record, 'event') !== 'tool_buffer_aborted') return [];
  const { payload } = record;
  const reason = textAt(isRecord(payload) ? payload : record, 'reason') ?? 'unknown';
  return reason === 'disconnect' ? [] : [reason];
}

function toldByRun(row: JsonRecord): ToldFailure[] {
  const payload = row['payload'];
  if (textAt(row, 'type') !== 'error' || !isRecord(payload)) return [];
  return [{ message: textAt(payload, 'message'), httpStatus: numberAt(payload, 'http_status'), willRetry: payload['will_retry'] === true }];
}

function toldByWorker(failure: JsonRecord): ToldFailure[] {
  const message = textAt(failure, 'error_message');
  if (message === undefined && failure['error_info'] === undefined) return [];
  return [{ message, httpStatus: statusIn(failure['error_info']), willRetry: failure['will_retry'] === true }];
}

function statusIn(info: unknown): number | undefined {
  if (!isRecord(info)) return undefined;
  return Object.values(info)
    .flatMap((part) => (isRecord(part) ? [numberAt(part, 'httpStatusCode')] : []))
    .find((status) => status !== undefined);
}
