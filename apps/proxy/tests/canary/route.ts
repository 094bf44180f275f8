import type { RunningSystem } from './running-system.ts';
import type { Sink } from './sink.ts';

/** Something that anybody may read over HTTP. */
export interface Route {
  readonly path: string;
  readonly as: 'nobody' | 'client' | 'admin' | 'metrics';
  /** For each id of a run that the answer names, these are read as well. */
  readonly details?: readonly string[];
}

/** A route that does not exist yet answers 404, which is searched like any other answer. */
export const ROUTES: readonly Route[] = [
  { path: '/livez', as: 'nobody' },
  { path: '/readyz', as: 'nobody' },
  { path: '/healthz', as: 'nobody' },
  { path: '/metrics', as: 'nobody' },
  { path: '/metrics', as: 'metrics' },
  { path: '/v1/models', as: 'client' },
  { path: '/internal/maintenance', as: 'admin' },
  { path: '/internal/worker', as: 'admin' },
  { path: '/internal/trace-buffer', as: 'admin', details: ['/internal/trace-buffer/:id'] },
  { path: '/api/runs?limit=1000', as: 'client', details: ['/api/runs/:id', '/api/runs/:id/events?limit=1000'] },
  { path: '/api/agent-logs', as: 'admin' },
  { path: '/api/archives', as: 'admin' },
];

const RUN_ID = /\breq_[0-9A-Za-z]{24}\b/g;

interface Reading {
  readonly when: string;
  /** Whether each run, trace and the like is read as well. */
  readonly withDetails: boolean;
}

/** What all routes answer: status, headers and body. */
export async function routeSinks(system: RunningSystem, reading: Reading): Promise<Sink[]> {
  const sinks = await Promise.all(ROUTES.map(async (route) => readRoute(system, route, reading)));
  return sinks.flat();
}

async function readRoute(system: RunningSystem, { path, as, details = [] }: Route, { when, withDetails }: Reading): Promise<Sink[]> {
  const list = await read(system, path, as, when);
  if (!withDetails) return [list];
  const ids = new Set(list.bytes.toString().match(RUN_ID));
  const sinks = [list];
  for (const detail of details) for (const id of ids) sinks.push(await read(system, detail.replace(':id', id), as, when));
  return sinks;
}

async function read(system: RunningSystem, path: string, as: Route['as'], when: string): Promise<Sink> {
  const token = { nobody: undefined, client: system.keys.api, admin: system.keys.admin, metrics: system.keys.metrics }[as];
  const response = await fetch(`${system.url}${path}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
  const head = `${String(response.status)}\n${JSON.stringify([...response.headers])}\n`;
  return { name: `GET ${path} as ${as}, ${when}`, bytes: Buffer.from(head + (await response.text())) };
}
