import {
  maintenanceStateSchema,
  probeBodySchema,
  runDetailSchema,
  runEventsPageSchema,
  runsPageSchema,
  traceArtifactSchema,
  traceBufferStateSchema,
  workerRecycleStateSchema,
  type MaintenanceState,
  type MaintenanceToggle,
  type ProbeBody,
  type RunDetail,
  type RunEventsPage,
  type RunsPage,
  type TraceArtifact,
  type TraceBufferState,
  type WorkerRecycleState,
} from '@codex-proxy/contracts';
import { isRecord, numberAt, textAt } from '../json/record.ts';
import type { BodySchema, ProxyClient, ProxyReply, ProxyRequest } from './proxy-client.ts';

/** The routes of docs/reference/api.md that operators use, each with its token and the shape of its answer. */

type CallOptions = Pick<ProxyRequest, 'signal' | 'timeoutMs'>;

const UNREADY = [503];
const MAINTENANCE = '/internal/maintenance';
const TRACE_BUFFER = '/internal/trace-buffer';
const RECYCLE = '/internal/worker/recycle';
const RUN_READERS = ['api', 'admin'] as const;

/** `GET /readyz`, ready or not. */
export async function readProbe(client: ProxyClient, options: CallOptions = {}): Promise<ProbeBody> {
  return (await readProbeReply(client, options)).body;
}

/** The same, with its headers. */
export async function readProbeReply(client: ProxyClient, options: CallOptions = {}): Promise<ProxyReply<ProbeBody>> {
  return client.json({ path: '/readyz', alsoGood: UNREADY, ...options }, probeBodySchema);
}

/** `GET /livez`: why only a restart mends the process; undefined while it works. */
export async function readLiveness(client: ProxyClient, options: CallOptions = {}): Promise<string | undefined> {
  return (await client.json({ path: '/livez', alsoGood: UNREADY, ...options }, LIVENESS)).body.failure;
}

const LIVENESS: BodySchema<{ readonly failure: string | undefined }> = {
  safeParse(value) {
    const body = isRecord(value) ? value : undefined;
    const status = textAt(body, 'status');
    if (status !== 'ok' && status !== 'failed') return { success: false };
    return { success: true, data: { failure: status === 'ok' ? undefined : (textAt(body, 'reason') ?? 'unknown') } };
  },
};

/** `GET /metrics`: Prometheus text. */
export async function scrape(client: ProxyClient, options: CallOptions = {}): Promise<string> {
  return (await client.text({ path: '/metrics', token: 'metrics', ...options })).body;
}

export async function readMaintenance(client: ProxyClient, options: CallOptions = {}): Promise<ProxyReply<MaintenanceState>> {
  return client.json({ path: MAINTENANCE, token: 'admin', ...options }, maintenanceStateSchema);
}

export async function switchMaintenance(client: ProxyClient, toggle: MaintenanceToggle): Promise<ProxyReply<MaintenanceState>> {
  return client.json({ method: 'POST', path: MAINTENANCE, token: 'admin', body: toggle }, maintenanceStateSchema);
}

/** Whether the state was kept, so that a restart will find it. */
export function isMaintenanceKept({ headers }: ProxyReply<MaintenanceState>): boolean {
  return headers.get('x-proxy-maintenance-persisted') !== 'false';
}

export async function readTraceBuffer(client: ProxyClient, options: CallOptions = {}): Promise<TraceBufferState> {
  return (await client.json({ path: TRACE_BUFFER, token: 'admin', ...options }, traceBufferStateSchema)).body;
}

/** Rejects with `not_found` where there is none. */
export async function readTrace(client: ProxyClient, requestId: string): Promise<TraceArtifact> {
  return (await client.json({ path: `${TRACE_BUFFER}/${encodeURIComponent(requestId)}`, token: 'admin' }, traceArtifactSchema)).body;
}

export async function switchTraceBuffer(client: ProxyClient, isEnabled: boolean): Promise<TraceBufferState> {
  const request = { method: 'POST', path: TRACE_BUFFER, token: 'admin', body: { enabled: isEnabled } } as const;
  return (await client.json(request, traceBufferStateSchema)).body;
}

/** @returns how many artifacts went */
export async function purgeTraceBuffer(client: ProxyClient, olderThanSeconds: number | undefined): Promise<number> {
  const query = olderThanSeconds === undefined ? '' : `?older_than_seconds=${olderThanSeconds}`;
  return (await client.json({ method: 'DELETE', path: `${TRACE_BUFFER}${query}`, token: 'admin' }, PURGED)).body;
}

const PURGED: BodySchema<number> = {
  safeParse(value) {
    const data = numberAt(isRecord(value) ? value : undefined, 'purged');
    return data === undefined ? { success: false } : { success: true, data };
  },
};

/** Newest first. */
export async function listRuns(
  client: ProxyClient,
  limit: number,
  cursor: string | undefined,
  options: CallOptions = {},
): Promise<RunsPage> {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor === undefined ? {} : { cursor }) });
  return (await client.json({ path: `/api/runs?${query.toString()}`, token: RUN_READERS, ...options }, runsPageSchema)).body;
}

/** Rejects with `not_found` for an unknown run. */
export async function readRun(client: ProxyClient, runId: string, options: CallOptions = {}): Promise<RunDetail> {
  return (await client.json({ path: runPath(runId), token: RUN_READERS, ...options }, runDetailSchema)).body;
}

export interface RunEventsQuery {
  /** The id of the event before the first one. Default: from the beginning. */
  readonly afterId?: number;
  /** These types alone. Default: all. */
  readonly types?: readonly string[];
}

/** A page of events, ordered by id. */
export async function readRunEvents(
  client: ProxyClient,
  runId: string,
  { afterId = 0, types = [], limit = 1000 }: RunEventsQuery & { readonly limit?: number },
  options: CallOptions = {},
): Promise<RunEventsPage> {
  const query = eventsQuery({ afterId, types, limit: String(limit) });
  return (await client.json({ path: `${runPath(runId)}/events?${query}`, token: RUN_READERS, ...options }, runEventsPageSchema)).body;
}

/** The request of a live tail, for `ProxyClient.events`. */
export function runTailRequest(runId: string, { afterId, types = [] }: RunEventsQuery): ProxyRequest {
  return {
    path: `${runPath(runId)}/events?${eventsQuery({ types })}`,
    token: RUN_READERS,
    headers: afterId === undefined ? {} : { 'last-event-id': String(afterId) },
  };
}

function eventsQuery({ afterId, types = [], limit }: RunEventsQuery & { readonly limit?: string }): string {
  return new URLSearchParams({
    ...(afterId === undefined ? {} : { afterId: String(afterId) }),
    ...(types.length === 0 ? {} : { types: types.join(',') }),
    ...(limit === undefined ? {} : { limit }),
  }).toString();
}

function runPath(runId: string): string {
  return `/api/runs/${encodeURIComponent(runId)}`;
}

export async function readRecycle(client: ProxyClient, options: CallOptions = {}): Promise<WorkerRecycleState> {
  return (await client.json({ path: RECYCLE, token: 'admin', ...options }, workerRecycleStateSchema)).body;
}

/** Begins a planned recycle, or joins the one under way. */
export async function beginRecycle(client: ProxyClient): Promise<WorkerRecycleState> {
  return (await client.json({ method: 'POST', path: RECYCLE, token: 'admin' }, workerRecycleStateSchema)).body;
}
