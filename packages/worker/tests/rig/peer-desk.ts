import type { TurnRequest } from '@codex-proxy/worker';
import { vi } from 'vitest';
import { TurnDesk } from '../../src/turns/turn-desk.ts';
import type { TurnSettings } from '../../src/turns/turn-settings.ts';
import { RecordingObserver } from './recording-observer.ts';
import { StreamPeer } from './stream-peer.ts';
import { deltaFrame } from './worker-frames.ts';
import { HandClock, turnRequest, turnSettings } from './turn-samples.ts';

const EXITED = { code: 'worker_exited', message: 'gone' } as const;

export interface PeerDeskOptions extends Partial<TurnSettings> {
  readonly maxConcurrency?: number;
  readonly maxQueue?: number;
}

/** A desk whose worker is the test itself, and whose time moves when told to. Needs vitest's fake intervals. */
export function peerDesk(options: PeerDeskOptions = {}) {
  const { maxConcurrency = 2, maxQueue = 4, ...settings } = options;
  const clock = new HandClock();
  let serving: StreamPeer | undefined;
  const desk = new TurnDesk({ maxConcurrency, maxQueue, settings: turnSettings(clock, settings) });
  return {
    desk,
    clock,
    open(): StreamPeer {
      const peer = new StreamPeer();
      serving = peer;
      desk.open({ channel: peer.channel, pid: 4_711 });
      return peer;
    },
    /** The worker that serves, if one does, is gone; or `peer`. @returns how many turns failed by that. */
    lose(peer = serving): number {
      if (peer === serving) serving = undefined;
      return peer === undefined ? 0 : desk.workerLost(peer.channel, EXITED);
    },
    submit(request: Partial<TurnRequest> = {}, observer = new RecordingObserver()) {
      const turn = desk.submit(turnRequest('hi', request), observer, undefined);
      return { turn, observer };
    },
    /** The clock moves, and the desk looks at it. */
    wait(ms: number): void {
      clock.nowMs += ms;
      vi.advanceTimersByTime(200);
    },
  };
}

/** Brings the turn that waits longest to `thr`, with its turn accepted. */
export async function runTurn(peer: StreamPeer, threadId = 'thr'): Promise<void> {
  await peer.answer('thread/start', { result: { thread: { id: threadId } } });
  await peer.answer('turn/start', { result: { turn: { id: 'turn_1' } } });
  await peer.write(deltaFrame(threadId, 'one '));
}
