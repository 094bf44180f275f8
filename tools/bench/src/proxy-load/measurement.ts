import type { Front } from '../front/front.ts';
import { probe, type Probe } from '../load/probe.ts';
import { failures, runWrk } from '../load/wrk.ts';
import { cpuSeconds, machineCpuSeconds } from '../process/proc.ts';
import { requestBody, type Scenario } from './scenario.ts';

/** Processors that were busy: 1 is a whole one. */
export interface Busy {
  readonly front: number;
  readonly worker: number;
  /** wrk, and whatever else the machine did. */
  readonly rest: number;
}

/** One span of load. */
export interface Measurement {
  /** A second, in the unit of the scenario. */
  readonly rate: number;
  readonly failed: number;
  readonly p99Ms: number;
  readonly cpu: Busy;
}

const CONNECTIONS = 32;

/** @throws when one answer is not whole: then a rate would mean nothing. */
export async function wholeAnswer(front: Front, scenario: Scenario): Promise<Probe> {
  const answer = await probe(front, requestBody(scenario));
  const expected = scenario.stream ? scenario.deltas : 1;
  if (answer.deltas !== expected || answer.text === '')
    throw new Error(`${scenario.name}: ${answer.deltas} deltas came instead of ${expected}`);
  return answer;
}

export async function load(front: Front, scenario: Scenario, seconds: number): Promise<void> {
  await runWrk(front, { connections: CONNECTIONS, seconds, body: requestBody(scenario) });
}

/** @param bytesPerAnswer Of one whole answer on the wire: what turns the bytes that arrived into deltas. */
export async function measure(
  front: Front,
  scenario: Scenario,
  options: { readonly seconds: number; readonly bytesPerAnswer: number; readonly workerPid: number },
): Promise<Measurement> {
  const { seconds, bytesPerAnswer, workerPid } = options;
  const before = busySeconds(front.pid, workerPid);
  const summary = await runWrk(front, { connections: CONNECTIONS, seconds, body: requestBody(scenario) });
  const after = busySeconds(front.pid, workerPid);
  const lastedS = summary.durationUs / 1e6;
  const counted = scenario.counted === 'deltas' ? (summary.bytes / bytesPerAnswer) * scenario.deltas : summary.requests;
  return {
    rate: counted / lastedS,
    failed: failures(summary),
    p99Ms: summary.p99Us / 1_000,
    cpu: {
      front: (after.front - before.front) / lastedS,
      worker: (after.worker - before.worker) / lastedS,
      rest: (after.rest - before.rest) / lastedS,
    },
  };
}

function busySeconds(frontPid: number, workerPid: number): Busy {
  const [front, worker] = [cpuSeconds(frontPid), cpuSeconds(workerPid)];
  return { front, worker, rest: machineCpuSeconds() - front - worker };
}
