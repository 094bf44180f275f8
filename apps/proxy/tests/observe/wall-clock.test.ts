import { onTestFinished, expect, test } from 'vitest';
import { WallClock } from '../../src/observe/wall-clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 10, 21, 12);

function openClock() {
  const time = { passedMs: 0, setMs: 0 };
  const steps: [fromMs: number, toMs: number][] = [];
  const clock = new WallClock({
    nowMs: () => NOON + time.passedMs + time.setMs,
    monotonicMs: () => 5_000 + time.passedMs,
    onStep: ({ fromMs, toMs }) => steps.push([fromMs, toMs]),
  });
  onTestFinished(() => {
    clock.close();
  });
  return { clock, time, steps };
}

test('a clock that goes is believed, however much time passes', () => {
  const { clock, time, steps } = openClock();
  for (const passedMs of [0, 1, HOUR, 1_000 * HOUR]) {
    time.passedMs = passedMs;
    expect(clock.isBelieved()).toBe(true);
  }
  expect(steps).toEqual([]);
});

test('so is one that is adjusted little by little, and one that is set by minutes, which is told', () => {
  const { clock, time, steps } = openClock();
  for (let look = 0; look < 1_000; look += 1) {
    time.setMs += 900;
    expect(clock.isBelieved()).toBe(true);
  }
  expect(steps).toEqual([]);
  time.setMs += 5 * MINUTE;
  expect(clock.isBelieved()).toBe(true);
  expect(steps).toEqual([[NOON + 900_000, NOON + 900_000 + 5 * MINUTE]]);
});

test.each([30 * HOUR, -30 * HOUR, 5 * MINUTE + 1])('one that is set by %i ms is believed an hour after it was last set so far', (setMs) => {
  const { clock, time, steps } = openClock();
  time.setMs = setMs;
  expect(clock.isBelieved()).toBe(false);
  expect(clock.isBelieved()).toBe(false);
  expect(steps).toEqual([[NOON, NOON + setMs]]);
  time.passedMs = HOUR - 1;
  expect(clock.isBelieved()).toBe(false);
  time.setMs = 0;
  expect(clock.isBelieved()).toBe(false);
  expect(steps).toHaveLength(2);
  time.passedMs += HOUR - 1;
  expect(clock.isBelieved()).toBe(false);
  time.passedMs += 1;
  expect(clock.isBelieved()).toBe(true);
});
