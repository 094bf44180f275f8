import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { peerDesk } from '../rig/peer-desk.ts';
import type { RecordingObserver } from '../rig/recording-observer.ts';
import { delivered, type StreamPeer } from '../rig/stream-peer.ts';
import { deltaFrame, rawCall, responseCompleted, toolCall, turnCompleted, usageUpdated } from '../rig/worker-frames.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const tools = [{ name: 'look', description: '', inputSchema: {} }];
const USAGE = { inputTokens: 7, cachedInputTokens: 2, outputTokens: 5, reasoningOutputTokens: 1 };

/** What may happen next. `pick` chooses among the turns, requests or threads that there are. */
const step = fc.record({
  what: fc.constantFrom(
    'submit',
    'submit',
    'submit',
    'abort',
    'answer',
    'answer',
    'answer',
    'refuse',
    'delta',
    'call',
    'ask',
    'ask',
    'whole',
    'count',
    'complete',
    'complete',
    'fail',
    'lose',
    'open',
    'wait',
    'wait long',
  ),
  pick: fc.nat({ max: 20 }),
});

class Worker {
  readonly peer: StreamPeer;
  readonly threads: string[] = [];
  readonly #asked: number[] = [];

  constructor(peer: StreamPeer) {
    this.peer = peer;
  }

  async answerOne(pick: number, refuse: boolean): Promise<void> {
    await delivered();
    const { waiting } = this.peer;
    const method = waiting[pick % Math.max(1, waiting.length)]?.method;
    if (method === undefined) return;
    if (refuse) await this.peer.answer(method, { error: { code: -32_600, message: 'no' } });
    else if (method === 'thread/start') {
      const id = `thr-${String(this.threads.length)}`;
      this.threads.push(id);
      await this.peer.answer(method, { result: { thread: { id } } });
    } else await this.peer.answer(method, { result: { turn: { id: 'turn_1' } } });
  }

  async say(pick: number, frame: (threadId: string) => object): Promise<void> {
    const thread = this.threads[pick % Math.max(1, this.threads.length)];
    if (thread !== undefined) await this.peer.write(frame(thread));
  }

  /** Asks for a call, of a tool that was declared or of another. */
  async ask(pick: number): Promise<void> {
    await this.say(pick, (thread) => {
      const id = 1_000 + this.#asked.length;
      this.#asked.push(id);
      return toolCall(id, thread, `c${String(pick % 3)}`, pick % 4 === 0 ? 'launch' : 'look');
    });
  }

  /** Calls that neither a turn nor the policy has answered. */
  get dangling(): number[] {
    const answered = new Set(this.peer.frames.filter((frame) => frame.method === undefined).map((frame) => frame.id));
    const left = new Set(this.peer.serverRequests.map((request) => request.id));
    return this.#asked.filter((id) => !answered.has(id) && !left.has(id));
  }

  /** Behaves, until nothing is left to do: every request is answered and every turn completed. */
  async finish(): Promise<void> {
    for (;;) {
      await delivered();
      if (this.peer.waiting.length > 0) await this.answerOne(0, false);
      else {
        const before = this.peer.frames.length;
        for (const thread of this.threads) await this.peer.write(turnCompleted(thread));
        await delivered();
        if (this.peer.frames.length === before) return;
      }
    }
  }
}

test('whatever happens in whatever order, each observer hears one end and one settlement, and nothing is left behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), fc.boolean(), async (steps, closeAtEnd) => {
      const {
        desk,
        open,
        lose: loseWorker,
        submit,
        wait,
      } = peerDesk({ maxConcurrency: 2, maxQueue: 3, requestTimeoutMs: 20_000, idleTimeoutMs: 9_000 });
      const turns: { turn: { abort(): void }; observer: RecordingObserver; aborted: boolean }[] = [];
      let worker: Worker | undefined;
      const lose = (): void => {
        worker?.peer.channel.close();
        worker = undefined;
        loseWorker();
      };
      for (const { what, pick } of steps) {
        if (what === 'submit') {
          const history = [{ type: 'message', role: 'user', content: [] }] as const;
          const more = pick % 2 === 0 ? {} : { history };
          turns.push({ ...submit({ ...more, ...(pick % 3 === 0 ? {} : { tools, parallelToolCalls: pick % 5 > 0 }) }), aborted: false });
        } else if (what === 'abort') {
          const chosen = turns[pick % Math.max(1, turns.length)];
          if (chosen?.observer.ends.length === 0) chosen.aborted = true;
          chosen?.turn.abort();
        } else if (what === 'open') worker ??= new Worker(open());
        else if (what === 'lose') lose();
        else if (what === 'wait') wait(1_000 * pick);
        else if (what === 'wait long') wait(6_000);
        else if (what === 'answer' || what === 'refuse') await worker?.answerOne(pick, what === 'refuse');
        else if (what === 'delta') await worker?.say(pick, (thread) => deltaFrame(thread, 'x'));
        else if (what === 'call') await worker?.say(pick, (thread) => rawCall(thread, `c${String(pick % 3)}`, 'look', '{}'));
        else if (what === 'ask') await worker?.ask(pick);
        else if (what === 'whole') await worker?.say(pick, (thread) => responseCompleted(thread, pick % 2 === 0 ? USAGE : null));
        else if (what === 'count') await worker?.say(pick, (thread) => usageUpdated(thread, USAGE));
        else if (what === 'complete') await worker?.say(pick, (thread) => turnCompleted(thread));
        else await worker?.say(pick, (thread) => turnCompleted(thread, 'failed', { message: 'no', codexErrorInfo: 'other' }));
        expect(desk.inflight).toBeLessThanOrEqual(2);
      }
      if (closeAtEnd) {
        lose();
        desk.failAll({ code: 'shutting_down', message: 'down' });
      } else {
        worker ??= new Worker(open());
        await worker.finish();
        const { peer, threads } = worker;
        const unloaded = peer.requests('thread/unsubscribe').map((frame) => frame.params?.threadId);
        // Those that were refused an unsubscribe asked for it all the same.
        expect(new Set(unloaded)).toEqual(new Set(threads));
        expect(unloaded).toHaveLength(threads.length);
        expect(worker.dangling).toEqual([]);
      }
      expect([desk.inflight, desk.queueDepth, vi.getTimerCount()]).toEqual([0, 0, 0]);
      for (const { observer, aborted } of turns) {
        expect(observer.violations).toEqual([]);
        expect(observer.ends).toHaveLength(aborted ? 0 : 1);
        expect(observer.settlements).toHaveLength(1);
        // Nobody is told to answer calls that were not told.
        if (observer.result === 'tool_calls') expect(observer.calls).not.toEqual([]);
        expect(new Set(observer.calls.map((one) => one.callId)).size).toBe(observer.calls.length);
      }
    }),
    { numRuns: 600 },
  );
});
