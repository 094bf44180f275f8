import { cpus, loadavg } from 'node:os';

/** What the figures depend on. */
export interface Machine {
  readonly node: string;
  readonly processors: number;
  readonly processor: string;
}

export function thisMachine(): Machine {
  const processors = cpus();
  return { node: process.version, processors: processors.length, processor: processors[0]?.model.trim() ?? 'unknown' };
}

/** Processes that ran or waited in the last minute, on average: above 0 at the start, somebody else is at work too. */
export function loadAverage(): number {
  return Math.round((loadavg()[0] ?? Number.NaN) * 100) / 100;
}
