import type { WorkerStartFailure } from '@codex-proxy/contracts';
import { printable } from '../../text/printable.ts';
import { counted } from '../../text/number.ts';
import type { StartFailures } from './start-failures.ts';
import type { View } from './view.ts';

export function notReadyText({ startFailures, workerState, restartCount }: View): string {
  if (startFailures === undefined) {
    const state = workerState === undefined ? '' : `: it was in state ${workerState}`;
    const restarts = restartCount === undefined || restartCount === 0 || state === '' ? '' : ` after ${counted(restartCount, 'restart')}`;
    return `no worker had completed its handshake, or it failed to start too often${state}${restarts}`;
  }
  const { count, since } = startFailures;
  const span = since === undefined ? ' in a row' : ` since ${since}`;
  return count === 1
    ? `the worker could not be started: ${lastText(startFailures)}`
    : `the worker could not be started: ${counted(count, 'start')} failed${span}, the last ${lastText(startFailures)}`;
}

function lastText({ last: { at, reason, message, exitCode, signal } }: StartFailures): string {
  const end = signal === undefined ? (exitCode === undefined ? [] : [`exit code ${exitCode}`]) : [signal];
  const known = [...(reason === undefined ? [] : [reason]), ...end].join(', ');
  const words = message === undefined ? '' : `: ${printable(message).slice(0, LONGEST)}`;
  return `${at === undefined ? 'failed' : `at ${at}`}${words}${known === '' ? '' : ` (${known})`}`;
}

export function notReadyNext({ startFailures, hasLog }: View): string {
  const advice = ADVICE[startFailures?.last.reason ?? ''];
  if (advice !== undefined) return `${advice} codex-ops doctor looks at the worker binary.`;
  return `See /readyz, and worker_start_failed and worker_exited in the log of the proxy${hasLog ? '' : ' (give it with --log)'}.`;
}

const ADVICE: Readonly<Record<string, string>> = {
  spawn_failed: 'Check that CODEX_BIN names a program that this user may run.',
  exited_early:
    'Run what CODEX_BIN names by hand, as the user of the proxy ("$CODEX_BIN" app-server); worker_stderr in the log (LOG_LEVEL=debug) has what it said.',
  handshake_timeout: 'See the CPU of the machine, and worker_stderr in the log (LOG_LEVEL=debug); is CODEX_BIN a codex app-server?',
  handshake_failed:
    'Check that CODEX_BIN is a Codex of a version that is supported; worker_stderr in the log (LOG_LEVEL=debug) has what it said.',
} satisfies Readonly<Record<WorkerStartFailure, string>>;

const LONGEST = 160;
