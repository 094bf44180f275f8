import { setTimeout as wait } from 'node:timers/promises';
import type { WorkerRecycleState } from '@codex-proxy/contracts';
import type { OptionValues } from '../command/command.ts';
import { CommandError, EXIT } from '../errors.ts';
import { documentText } from '../json/document-text.ts';
import { beginRecycle, readRecycle } from '../proxy-client/proxy-api.ts';
import { ProxyError } from '../proxy-client/errors.ts';
import { openProxyClient, type ProxyClient } from '../proxy-client/proxy-client.ts';
import { say } from '../terminal/say.ts';
import { print } from '../terminal/print.ts';
import { createProgress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { formatMs } from '../text/duration.ts';
import { counted } from '../text/number.ts';
import { hang } from '../text/wrap.ts';

const POLL_MS = 200;
const DEFAULT_TIMEOUT_MS = 120_000;

type Outcome = 'recycled' | 'started' | 'draining' | 'failed' | 'unknown';

/** `codex-ops worker recycle`. */
export async function workerRecycleAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  const client = await openProxyClient(values, terminal);
  const startedAtMs = performance.now();
  const begun = await beginRecycle(client);
  const isDetached = values.flag('detach');
  const last = isDetached ? begun : await watch(client, begun, values.number('timeout') ?? DEFAULT_TIMEOUT_MS, terminal);
  const outcome = isDetached ? 'started' : outcomeOf(begun, last);
  const durationMs = Math.round(performance.now() - startedAtMs);
  const [oldPid, newPid] = pidsOf(begun, last);
  const joined = begun.started === false;
  if (values.flag('json')) {
    const document = { version: 1, outcome, joined, old_pid: oldPid ?? null, new_pid: newPid ?? null, duration_ms: durationMs };
    await print(stdout, documentText(document));
  } else {
    const sentence = `${joined ? 'a recycle was under way already; ' : ''}${sentenceOf(outcome, last, { oldPid, newPid, durationMs })}`;
    await print(stdout, `${hang('', sentence, stdout.columns ?? Infinity).join('\n')}\n`);
  }
  if (outcome === 'failed') throw new CommandError('the successor did not start: worker_recycle_failed in the log of the proxy says why');
  if (outcome === 'unknown') {
    say(stderr, 'it goes on by itself; codex-ops worker recycle joins it, codex-ops status shows the worker');
    return EXIT.failed;
  }
  return EXIT.done;
}

/** Asks until nothing is under way, the time is over or Ctrl-C. A proxy that is silent for a moment is asked again. */
async function watch(client: ProxyClient, begun: WorkerRecycleState, timeoutMs: number, terminal: Terminal): Promise<WorkerRecycleState> {
  const signal = terminal.interruption();
  const progress = createProgress(terminal.stderr);
  const startedAtMs = performance.now();
  let state = begun;
  try {
    while (state.status !== 'idle' && !signal.aborted && performance.now() - startedAtMs < timeoutMs) {
      const shown = state;
      progress.show(() => `${stageOf(shown)} … ${formatMs(performance.now() - startedAtMs)}`);
      await wait(POLL_MS, undefined, { signal }).catch(() => undefined);
      state = await readRecycle(client, { signal }).catch((error: unknown) => {
        if (error instanceof ProxyError && (error.failure === 'interrupted' || error.failure === 'timeout')) return shown;
        throw error;
      });
    }
  } finally {
    progress.clear();
  }
  return state;
}

function stageOf({ status, other_pid: otherPid, draining_turns: turns = 0 }: WorkerRecycleState): string {
  const who = otherPid === undefined ? '' : ` (pid ${otherPid})`;
  return status === 'starting'
    ? `the successor${who} starts`
    : `the successor serves; the old worker${who} drains ${counted(turns, 'turn')}`;
}

function outcomeOf(begun: WorkerRecycleState, { status, recycles }: WorkerRecycleState): Outcome {
  const hasSuccessor = recycles > begun.recycles || begun.status === 'draining';
  if (status === 'idle') return hasSuccessor ? 'recycled' : 'failed';
  return status === 'draining' && hasSuccessor ? 'draining' : 'unknown';
}

/** Of the old worker and of its successor. */
function pidsOf(begun: WorkerRecycleState, last: WorkerRecycleState): readonly [number | undefined, number | undefined] {
  if (begun.status === 'draining') return [begun.other_pid, begun.worker_pid];
  const isReplaced = last.recycles > begun.recycles;
  return [begun.worker_pid, isReplaced ? last.worker_pid : begun.other_pid];
}

interface Told {
  readonly oldPid: number | undefined;
  readonly newPid: number | undefined;
  readonly durationMs: number;
}

function sentenceOf(outcome: Outcome, { draining_turns: turns = 0 }: WorkerRecycleState, { oldPid, newPid, durationMs }: Told): string {
  const [before, after] = [pidText(oldPid), pidText(newPid)];
  switch (outcome) {
    case 'recycled':
      return `the worker was replaced in ${formatMs(durationMs)}: ${after} serves, ${before} has ended`;
    case 'started':
      return `it has begun: ${before} serves until its successor is ready`;
    case 'draining':
      return `${after} serves; ${before} still has ${counted(turns, 'turn')} and ends by itself`;
    case 'failed':
      return `the worker was not replaced: ${before} goes on`;
    case 'unknown':
      return `after ${formatMs(durationMs)} the successor is not ready yet: ${before} serves`;
  }
}

function pidText(pid: number | undefined): string {
  return pid === undefined ? 'a worker' : `pid ${pid}`;
}
