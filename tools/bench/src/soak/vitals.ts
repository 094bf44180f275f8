import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Front } from '../front/front.ts';
import { childWithArgument, memoryOf } from '../process/proc.ts';

/** What must stay flat, at one moment. */
export interface Vitals {
  readonly minutes: number;
  readonly proxyBytes: number;
  readonly heapBytes: number;
  readonly workerBytes: number;
  readonly descriptors: number;
  /** What `state.sqlite` takes with its write-ahead log: the record of all runs, which is kept for as long as is configured. */
  readonly recordBytes: number;
  /** All else in the state folder: logs, traces, the home of the worker. */
  readonly otherBytes: number;
  readonly activeStreams: number;
  readonly restarts: number;
  readonly recycles: number;
}

export async function takeVitals(front: Front, stateDir: string, minutes: number): Promise<Vitals> {
  const exposition = await (await fetch(`${front.url}/metrics`)).text();
  const value = (series: string): number =>
    [...exposition.matchAll(new RegExp(`^${series}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce((sum, [, written]) => sum + Number(written), 0);
  const worker = childWithArgument(front.pid, 'app-server');
  return {
    minutes,
    proxyBytes: memoryOf(front.pid).resident,
    heapBytes: value('nodejs_heap_size_used_bytes'),
    workerBytes: worker === undefined ? Number.NaN : memoryOf(worker).resident,
    descriptors: readdirSync(`/proc/${String(front.pid)}/fd`).length,
    recordBytes: bytesIn(stateDir, isOfRecord),
    otherBytes: bytesIn(stateDir, (name) => !isOfRecord(name)),
    activeStreams: value('codex_streams_active'),
    restarts: value('codex_worker_restarts_total'),
    recycles: value('codex_worker_recycles_total'),
  };
}

function isOfRecord(name: string): boolean {
  return name.startsWith('state.sqlite');
}

function bytesIn(folder: string, isMeant: (name: string) => boolean): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && isMeant(entry.name))
    .reduce((sum, entry) => sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0), 0);
}
