import { formatMs } from '../../text/duration.ts';
import type { Cause } from './cause.ts';
import { maintenanceNext, maintenanceText } from './maintenance-switch.ts';
import { proxyExitNext, proxyExitText } from './proxy-exit-text.ts';
import { withQueueAdvice } from './stage-advice.ts';
import { notReadyNext, notReadyText } from './start-failures-text.ts';
import type { View } from './view.ts';
import { after, deltas, mostly, queuedToo } from './words.ts';

/** Rows about what ended a request, other than its provider, that know more than its error code. */
export const ENDED_CAUSES: readonly Cause[] = [
  {
    id: 'proxy_exited',
    applies: ({ proxyExit }) => proxyExit !== undefined,
    says: proxyExitText,
    next: proxyExitNext,
  },
  {
    id: 'maintenance',
    applies: ({ errorCode }) => errorCode === 'maintenance',
    says: maintenanceText,
    next: maintenanceNext,
  },
  {
    id: 'worker_not_ready',
    applies: ({ errorCode }) => errorCode === 'worker_not_ready',
    says: notReadyText,
    next: notReadyNext,
  },
  {
    id: 'worker_exited',
    applies: ({ errorCode }) => errorCode === 'worker_exited',
    says: (view) => `the worker process ended ${howItEnded(view)}while it worked on this request, ${after(view)}${mostly(view)}`,
    next: ({ hasLog }) =>
      `See worker_exited and worker_stderr in the log of the proxy${hasLog ? '' : ' (give it with --log)'}; whatever else the worker had to do then failed with it.`,
  },
  {
    id: 'timeout_in_queue',
    applies: (view) => view.errorCode === 'worker_timeout' && (isLeftInQueue(view) || view.queueMs >= (view.latencyMs ?? Infinity) / 2),
    says: (view) =>
      isLeftInQueue(view)
        ? `timed out in the queue: no worker slot was free for ${formatMs(view.latencyMs ?? 0)}, and the worker was never asked`
        : `timed out in the queue: ${formatMs(view.queueMs)} of ${formatMs(view.latencyMs ?? 0)} went into waiting for a worker slot`,
    next: 'See codex_worker_queue_depth; raise WORKER_MAX_CONCURRENCY, or look for requests that hold their slots.',
  },
  {
    id: 'timeout_without_token',
    applies: (view) => view.errorCode === 'worker_timeout' && view.ttftMs === undefined,
    says: (view) => `timed out after ${formatMs(view.latencyMs ?? 0)}: the model never sent a first token${queuedToo(view)}`,
    next: (view) => withQueueAdvice("See the provider's status page; it may not answer at all.", view),
  },
  {
    id: 'timeout_while_writing',
    applies: ({ errorCode }) => errorCode === 'worker_timeout',
    says: (view) => `timed out after ${formatMs(view.latencyMs ?? 0)}, while the model was still writing (${deltas(view)})${mostly(view)}`,
    next: (view) => withQueueAdvice('Raise WORKER_REQUEST_TIMEOUT_MS, or ask for less.', view),
  },
  {
    id: 'stream_idle',
    applies: ({ errorCode }) => errorCode === 'stream_idle_timeout',
    says: (view) => `the worker fell silent for longer than PROXY_STREAM_IDLE_TIMEOUT_MS, ${after(view)}`,
    next: "See the provider's status page; its stream hangs.",
  },
  {
    id: 'slow_client',
    applies: ({ reason }) => reason === 'slow_client',
    says: (view) => `the proxy cut the client off after ${formatMs(view.latencyMs ?? 0)}: it did not read what was sent to it`,
    next: 'Look at the client and the network to it; PROXY_STREAM_MAX_BUFFER_KB is the limit.',
  },
  {
    id: 'client_left_in_queue',
    applies: (view) => view.outcome === 'client_closed' && !view.reachedWorker,
    says: (view) => `the client left after ${formatMs(view.latencyMs ?? 0)}, before the worker was asked`,
    next: "See the client's time-out, and the queue: codex_worker_queue_depth.",
  },
  {
    id: 'client_left_waiting',
    applies: (view) => view.outcome === 'client_closed' && view.ttftMs === undefined,
    says: (view) => `the client left after ${formatMs(view.latencyMs ?? 0)}, before any content${mostly(view)}`,
    next: (view) => withQueueAdvice("Compare with the client's time-out: it may be shorter than the model's first token.", view),
  },
  {
    id: 'client_left_streaming',
    applies: ({ outcome }) => outcome === 'client_closed',
    says: (view) => `the client left after ${formatMs(view.latencyMs ?? 0)}, in the middle of the answer (${deltas(view)} sent)`,
    next: "Nothing is wrong here unless the client's side thinks so: a stop button, a time-out, a lost network.",
  },
  {
    id: 'worker_overloaded',
    applies: (view) => view.errorCode === 'queue_full' && isRpcError(view),
    says: () => 'the worker itself said that it was overloaded',
    next: 'See codex_worker_inflight and codex_worker_rss_bytes; lower WORKER_MAX_CONCURRENCY, or shed load.',
  },
  {
    id: 'worker_refused',
    applies: isRpcError,
    says: ({ reason = '' }) => `the worker refused to begin with the request (JSON-RPC error ${reason.slice('rpc:'.length)})`,
    next: ({ errorCode }) =>
      errorCode === 'invalid_request'
        ? 'What it found wrong went to the client with the answer: the client must mend its request.'
        : 'Its home or configuration may not be as it was: see worker_stderr in the log of the proxy; codex-ops doctor looks for causes.',
  },
  {
    id: 'invalid_field',
    applies: ({ errorCode, reason }) => errorCode === 'invalid_request' && reason !== undefined,
    says: ({ reason = '' }) => `the client sent a request that is not valid: see \`${reason}\``,
    next: 'The client must mend its request.',
  },
];

function isRpcError({ reason }: View): boolean {
  return reason?.startsWith('rpc:') === true;
}

/** How long it waited is told where it was given a slot. */
function isLeftInQueue({ reachedWorker, queueMs }: View): boolean {
  return !reachedWorker && queueMs === 0;
}

function howItEnded({ workerExits }: View): string {
  const exit = workerExits[0];
  if (exit === undefined) return '';
  return typeof exit['signal'] === 'string' ? `by ${exit['signal']} ` : `with exit code ${String(exit['exit_code'])} `;
}
