import type { WorkerEvents } from '@codex-proxy/contracts';
import { isolate } from '../isolate.ts';

/** All of the events: each harmless to the supervisor, and nothing where no callback was given. */
export function isolatedEvents(events: Partial<WorkerEvents>): WorkerEvents {
  return {
    onStateChange: isolate((change) => events.onStateChange?.(change)),
    onStarting: isolate((start) => events.onStarting?.(start)),
    onStarted: isolate((start) => events.onStarted?.(start)),
    onStartFailed: isolate((failure) => events.onStartFailed?.(failure)),
    onExited: isolate((exit) => events.onExited?.(exit)),
    onBackoff: isolate((backoff) => events.onBackoff?.(backoff)),
    onRestart: isolate((restart) => events.onRestart?.(restart)),
    onRecycling: isolate((recycle) => events.onRecycling?.(recycle)),
    onRecycled: isolate((recycle) => events.onRecycled?.(recycle)),
    onRecycleFailed: isolate((failure) => events.onRecycleFailed?.(failure)),
    onUnresponsive: isolate((finding) => events.onUnresponsive?.(finding)),
    onStderr: isolate((line) => events.onStderr?.(line)),
    onProtocolError: isolate((error) => events.onProtocolError?.(error)),
    onServerRequest: isolate((request) => events.onServerRequest?.(request)),
  };
}
