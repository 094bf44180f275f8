import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Load } from '../load.ts';
import { startProxy, type Proxy } from '../proxy.ts';
import { atLeast, none, SCRIPT, shown, type Figure, type Trial, type TrialOptions } from '../trial.ts';
import { makeVolume, type Volume } from '../volume.ts';

export interface DiskOptions extends TrialOptions {
  /** How often the disk is filled, and freed again. */
  readonly times: number;
}

const MEGABYTES = 48;
const CLIENTS = 8;
const FULL_MS = 3_000;
const PATIENCE_MS = 30_000;
const LOOK_MS = 100;
const PROMPT = `!script ${JSON.stringify(SCRIPT)}`;

/** Fills the disk under load, again and again: no request may fail, the probes must say so each time, and each time it must be over by itself. */
export async function fillDisk({ times, real, say }: DiskOptions): Promise<Trial> {
  const disk = await makeVolume({ megabytes: MEGABYTES });
  const proxy = await startProxy({
    worker: real ? undefined : {},
    settings: { PROXY_STATE_DIR: disk.path, PROXY_TRACE_BUFFER: 'true' },
    enter: disk.enter,
  });
  try {
    return { name: 'disk', figures: await figuresOf({ disk, proxy, times, say }) };
  } finally {
    await proxy.remove();
    await disk.remove();
  }
}

interface Running extends Pick<DiskOptions, 'times' | 'say'> {
  readonly disk: Volume;
  readonly proxy: Proxy;
}

async function figuresOf({ disk, proxy, times, say }: Running): Promise<Figure[]> {
  const load = new Load(proxy, CLIENTS, PROMPT);
  let [degraded, recovered] = [0, 0];
  for (let time = 1; time <= times; time += 1) {
    disk.fill();
    if (await comes(async () => (await degradedParts(proxy)).includes('run_events'))) degraded += 1;
    await sleep(FULL_MS);
    disk.free();
    if (await comes(async () => (await degradedParts(proxy)).length === 0)) recovered += 1;
    say(`full ${String(time)} of ${String(times)} times`);
  }
  const answers = await load.stop();
  const dropped = await proxy.metric('codex_trace_buffer_write_errors_total');
  return [
    shown('requests', String(answers.length)),
    none('requests that failed', answers.filter(({ done, error }) => !done || error !== undefined).length),
    atLeast('times that the probes said so', degraded, times),
    atLeast('times that it was over by itself', recovered, times),
    atLeast('traces that were counted as lost', dropped, times),
    none('errors that nobody expected', proxy.log.all({ event: 'uncaught_error' }).length),
  ];
}

const probeSchema = z.looseObject({ degraded: z.array(z.string()).default([]) });

async function degradedParts(proxy: Proxy): Promise<readonly string[]> {
  return probeSchema.parse(await (await fetch(`${proxy.url}/readyz`)).json()).degraded;
}

async function comes(condition: () => Promise<boolean>): Promise<boolean> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (performance.now() < deadlineMs) {
    if (await condition()) return true;
    await sleep(LOOK_MS);
  }
  return false;
}
