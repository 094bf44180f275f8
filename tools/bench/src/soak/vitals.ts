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
  readonly stateBytes: number;
  readonly activeStreams: number;
  readonly restarts: number;
}

export async function takeVitals(front: Front, stateDir: string, minutes: number): Promise<Vitals> {
  const exposition = await (await fetch(`${front.url}/metrics`)).text();
  const value = (series: string): number =>
    Number(new RegExp(`^${series}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(exposition)?.[1] ?? Number.NaN);
  const worker = childWithArgument(front.pid, 'app-server');
  return {
    minutes,
    proxyBytes: memoryOf(front.pid).resident,
    heapBytes: value('nodejs_heap_size_used_bytes'),
    workerBytes: worker === undefined ? Number.NaN : memoryOf(worker).resident,
    descriptors: readdirSync(`/proc/${String(front.pid)}/fd`).length,
    stateBytes: folderBytes(stateDir),
    activeStreams: value('codex_streams_active'),
    restarts: value('codex_worker_restarts_total'),
  };
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0), 0);
}
