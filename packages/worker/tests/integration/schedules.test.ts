import type { TurnScript } from '@codex-proxy/scripted-worker';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { RecordingObserver } from '../rig/recording-observer.ts';
import { scripted, supervise } from '../rig/supervised.ts';
import { HandClock } from '../rig/turn-samples.ts';

const toolCalls = ['look', 'take', 'launch'].map((tool, index) => ({ tool, callId: `c${String(index)}` }));
const tools = ['look', 'take'].map((name) => ({ name, description: '', inputSchema: {} }));

const script = fc.constantFrom<TurnScript>(
  {},
  { deltas: 300 },
  { deltas: 20, interDeltaMs: 2 },
  { deltas: 2, hang: true },
  { deltas: 2, hang: true, deaf: true },
  { deltas: 5, exitAfterDeltas: 3 },
  { deltas: 3, fail: { message: 'no', codexErrorInfo: 'serverOverloaded' } },
  { duplicates: true, late: true, garbage: true },
  { deltas: 2, toolCalls },
  { deltas: 2, toolCalls, lateCalls: true, withoutResponseEnd: true },
  { deltas: 0, toolCalls, withoutRawEvents: true, deaf: true },
  { deltas: 2, toolCalls, exitAfterCalls: true },
);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('submit'), script, pick: fc.nat(20) }) },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constantFrom('abort', 'hear', 'time'), script: fc.constant<TurnScript>({}), pick: fc.nat(20) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constantFrom('kill', 'settle', 'recycle', 'stall'),
      script: fc.constant<TurnScript>({}),
      pick: fc.nat(20),
    }),
  },
);

interface Submitted {
  readonly turn: { abort(): void };
  readonly observer: RecordingObserver;
  /** Before it had ended. */
  aborted: boolean;
}

/** Resolves when a turn has text or is over, whichever comes first. Time passes meanwhile, or a worker that is stopped would never be found out. */
async function heardOrOver({ observer }: Submitted, clock: HandClock): Promise<unknown> {
  const timer = setInterval(() => (clock.nowMs += 100), 20);
  return Promise.race([observer.heard(), observer.settled()]).finally(() => {
    clearInterval(timer);
  });
}

test('whatever happens in whatever order, each observer hears one end and one settlement, and nothing is left behind', async () => {
  const command = await scripted();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }), async (steps) => {
      const clock = new HandClock();
      const limits = { maxConcurrency: 3, maxQueue: 6, requestTimeoutMs: 60_000, idleTimeoutMs: 20_000 };
      const { supervisor, run, ready } = supervise(command, { ...limits, monotonicMs: clock.read, patienceMs: 1_000, maxTurns: 7 });
      await ready();
      const turns: Submitted[] = [];
      const chosen = (pick: number): Submitted | undefined => turns[pick % Math.max(1, turns.length)];
      for (const { what, script: one, pick } of steps) {
        const turn = chosen(pick);
        if (what === 'submit') {
          const text = `!script ${JSON.stringify(one)}`;
          turns.push({ ...run({ tools, input: [{ type: 'text', text, text_elements: [] }] }), aborted: false });
        } else if (what === 'time') clock.nowMs += 1_000 * pick;
        else if (what === 'kill') {
          const { pid } = supervisor.snapshot();
          if (pid !== undefined) process.kill(pid, 'SIGKILL');
        } else if (what === 'recycle' && supervisor.state === 'ready') supervisor.recycle();
        else if (what === 'stall') {
          const { pid } = supervisor.snapshot();
          if (pid !== undefined) process.kill(pid, 'SIGSTOP');
        } else if (turn !== undefined && what === 'abort') {
          if (turn.observer.ends.length === 0) turn.aborted = true;
          turn.turn.abort();
        } else if (turn !== undefined && turn.observer.admissions.length > 0 && !turn.aborted) await heardOrOver(turn, clock);
        expect(supervisor.snapshot().inflight).toBeLessThanOrEqual(3);
      }
      await vi.waitFor(
        () => {
          clock.nowMs += 6_000;
          expect(turns.filter(({ observer }) => observer.settlements.length === 0)).toEqual([]);
        },
        { timeout: 20_000 },
      );
      expect(supervisor.snapshot()).toMatchObject({ inflight: 0, queueDepth: 0 });
      for (const { observer, aborted } of turns) {
        expect(observer.violations).toEqual([]);
        expect(observer.ends).toHaveLength(aborted ? 0 : 1);
        expect(observer.settlements).toHaveLength(1);
      }
      await supervisor.stop(0);
    }),
    { numRuns: 8, endOnFailure: true },
  );
});
