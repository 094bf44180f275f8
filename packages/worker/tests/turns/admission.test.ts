import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Admission } from '../../src/turns/admission.ts';
import { TurnRun } from '../../src/turns/turn-run.ts';
import { RecordingObserver } from '../rig/recording-observer.ts';
import { HandClock, turnRequest, turnSettings } from '../rig/turn-samples.ts';

const SCHEDULER = { withdraw: () => undefined, release: () => undefined, settled: () => undefined };

/** Runs with a name each, and an admission that notes who begins. */
function admission(maxConcurrency: number, maxQueue: number) {
  const names = new Map<TurnRun, string>();
  const begun: string[] = [];
  const clock = new HandClock();
  const subject = new Admission({ maxConcurrency, maxQueue, begin: (run) => begun.push(names.get(run) ?? '?') });
  const run = (name: string): TurnRun => {
    const made = new TurnRun(names.size, turnRequest(name), new RecordingObserver(), turnSettings(clock), SCHEDULER);
    names.set(made, name);
    return made;
  };
  const queued = (): (string | undefined)[] => [...subject.queued].map((one) => names.get(one));
  return { subject, run, begun, queued };
}

test('while closed everything waits, in order of arrival, up to the limit', () => {
  const { subject, run, begun, queued } = admission(2, 3);
  expect(['a', 'b', 'c', 'd'].map((name) => subject.submit(run(name)))).toEqual([true, true, true, false]);
  expect(begun).toEqual([]);
  subject.open();
  expect(begun).toEqual(['a', 'b']);
  expect(queued()).toEqual(['c']);
});

test('a slot that becomes free goes to the one who has waited longest', () => {
  const { subject, run, begun } = admission(1, 10);
  subject.open();
  const [a, b, c] = [run('a'), run('b'), run('c')];
  for (const one of [a, b, c]) subject.submit(one);
  subject.withdraw(b);
  subject.release(a);
  subject.release(a);
  expect(begun).toEqual(['a', 'c']);
});

test('those whose worker was lost go back in front, beyond the limit of the queue', () => {
  const { subject, run, begun, queued } = admission(2, 1);
  subject.open();
  const [a, b, c] = [run('a'), run('b'), run('c')];
  for (const one of [a, b, c]) subject.submit(one);
  subject.close();
  subject.requeue([a, b]);
  expect(queued()).toEqual(['a', 'b', 'c']);
  expect(subject.inflight.size).toBe(0);
  expect(subject.submit(run('d'))).toBe(false);
  subject.open();
  expect(begun).toEqual(['a', 'b', 'a', 'b']);
});

test('without room to wait a free slot is still given', () => {
  const { subject, run } = admission(1, 0);
  subject.open();
  expect([subject.submit(run('a')), subject.submit(run('b'))]).toEqual([true, false]);
});

test('whatever happens, slots and places are never exceeded, each begins once at most, and no slot stays free while one waits', () => {
  const action = fc.constantFrom('submit', 'submit', 'release', 'withdraw', 'open', 'close');
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 4 }),
      fc.array(action, { maxLength: 60, size: 'max' }),
      (slots, places, actions) => {
        const { subject, run, begun } = admission(slots, places);
        let open = false;
        for (const [at, what] of actions.entries()) {
          const [oldest] = subject.inflight;
          const [first] = subject.queued;
          if (what === 'submit') {
            const before = subject.inflight.size + subject.queued.size;
            const taken = subject.submit(run(String(at)));
            expect(subject.inflight.size + subject.queued.size).toBe(taken ? before + 1 : before);
          } else if (what === 'release' && oldest !== undefined) subject.release(oldest);
          else if (what === 'withdraw' && first !== undefined) subject.withdraw(first);
          else if (what === 'open') subject.open();
          else if (what === 'close') subject.close();
          if (what === 'open' || what === 'close') open = what === 'open';
          expect(subject.inflight.size).toBeLessThanOrEqual(slots);
          expect(subject.queued.size).toBeLessThanOrEqual(places);
          if (open && subject.queued.size > 0) expect(subject.inflight.size).toBe(slots);
        }
        expect(new Set(begun).size).toBe(begun.length);
      },
    ),
  );
});
