import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '@codex-proxy/bench';
import { Load, type Answer } from '../load.ts';
import { numberOf } from '../log.ts';
import { startProxy, type Proxy } from '../proxy.ts';
import { atLeast, below, none, SCRIPT, SCRIPTED_TEXT, shown, type Trial, type TrialOptions } from '../trial.ts';

export interface KillOptions extends TrialOptions {
  readonly kills: number;
}

/** Short, so that many kills can be spaced beyond it. */
const STABLE_MS = 1_000;
const MAX_BURST = 4;
const CLIENTS = 16;
/** Half of the clients wait for a slot at any time. */
const SLOTS = 8;

interface Kill {
  readonly atMs: number;
  readonly spaced: boolean;
  readonly recoveredAtMs: number;
}

/**
 * Kills the worker under load: every other time when it has served for the stable period, else in bursts, as soon as the next one
 * serves.
 */
export async function killWorkers(options: KillOptions): Promise<Trial> {
  const settings = {
    WORKER_MAX_CONCURRENCY: String(SLOTS),
    WORKER_STABLE_MS: String(STABLE_MS),
    PROXY_RUN_EVENTS: 'false',
  };
  const proxy = await startProxy({ worker: options.real ? undefined : SCRIPT, settings });
  try {
    const load = new Load(proxy, CLIENTS, 'Tell me something.');
    const kills: Kill[] = [];
    for (let round = 0; kills.length < options.kills; round += 1) {
      await sleep(STABLE_MS + 200);
      const burst = round % 2 === 0 ? 1 : Math.min(MAX_BURST, options.kills - kills.length);
      for (let count = 0; count < burst; count += 1) kills.push(await kill(proxy, count === 0));
      if (round % 20 === 19) options.say(`${String(kills.length)} kills, ${String(load.answers.length)} answers`);
    }
    const answers = await load.stop();
    const gauges = await Promise.all(
      ['codex_streams_active', 'codex_worker_inflight', 'codex_worker_queue_depth'].map(async (name) => proxy.metric(name)),
    );
    const turnsLost = proxy.log.all({ event: 'worker_exited' }).reduce((sum, line) => sum + numberOf(line, 'count'), 0);
    const uncaught = proxy.log.all({ event: 'uncaught_error' }).length;
    proxy.signal('SIGTERM');
    const exitCode = await proxy.ended;
    return {
      name: 'kills',
      figures: [
        shown('requests', String(answers.length)),
        atLeast('kills under load', kills.length, options.kills),
        ...clientFigures(answers, kills, options.real),
        none('turns that a worker lost, less requests that got an error', turnsLost - failed(answers).length),
        ...recoveryFigures(kills),
        none('gauges that did not come back to 0', gauges.filter((value) => value !== 0).length),
        none('uncaught errors', uncaught),
        none('exit code of the proxy', exitCode ?? -1),
        none('processes left behind', proxy.leftBehind().length),
      ],
    };
  } finally {
    await proxy.remove();
  }
}

async function kill(proxy: Proxy, spaced: boolean): Promise<Kill> {
  const from = proxy.log.lines.length;
  const pid = proxy.workerPid();
  if (pid === undefined) throw new Error('there is no worker to be killed');
  const atMs = performance.now();
  process.kill(pid, 'SIGKILL');
  const line = await proxy.log.waitFor({ event: 'worker_started' }, from);
  return { atMs, spaced, recoveredAtMs: numberOf(line, 'readAtMs') };
}

function failed(answers: readonly Answer[]): Answer[] {
  return answers.filter(({ error }) => error !== undefined);
}

function clientFigures(answers: readonly Answer[], kills: readonly Kill[], real: boolean): Trial['figures'] {
  const errors = failed(answers);
  const complete = answers.filter(({ error }) => error === undefined);
  const isWhole = ({ text, finish, done }: Answer): boolean => done && finish === 'stop' && (real ? text !== '' : text === SCRIPTED_TEXT);
  const delaysMs = errors.map(
    ({ endedAtMs }) => endedAtMs - Math.max(...kills.map(({ atMs }) => atMs).filter((atMs) => atMs <= endedAtMs)),
  );
  return [
    none('errors other than worker_exited', errors.filter(({ error }) => error !== 'worker_exited').length),
    none('errors in a stream without [DONE]', errors.filter(({ status, done }) => status === 200 && !done).length),
    shown('turns in flight that got worker_exited', String(errors.length)),
    below('  the last of them, after the kill', Math.max(0, ...delaysMs), 1_000),
    none('answers neither failed nor whole', complete.filter((answer) => !isWhole(answer)).length),
    below('longest wait of a request that completed', Math.max(0, ...complete.map((one) => one.endedAtMs - one.startedAtMs)), 60_000),
  ];
}

function recoveryFigures(kills: readonly Kill[]): Trial['figures'] {
  const recoveriesMs = (spaced: boolean): number[] =>
    kills.filter((one) => one.spaced === spaced).map(({ atMs, recoveredAtMs }) => recoveredAtMs - atMs);
  const [spaced, burst] = [recoveriesMs(true), recoveriesMs(false)];
  return [
    shown('recovery p50, spaced beyond the stable period', `${String(Math.round(percentile(spaced, 0.5)))} ms of ${String(spaced.length)}`),
    below('recovery p99, spaced beyond the stable period', percentile(spaced, 0.99), 2_000),
    ...(burst.length === 0 ? [] : [below(`longest recovery in ${String(burst.length)} kills of bursts`, Math.max(...burst), 10_000)]),
  ];
}
