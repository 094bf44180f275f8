import { expect, test } from 'vitest';
import { closedLoop } from '../src/client/closed-loop.ts';

test('so many turns are done by so many clients at once', async () => {
  let [inFlight, most, next] = [0, 0, 0];
  const done = await closedLoop(10, 3, async () => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await Promise.resolve();
    inFlight -= 1;
    return next++;
  });
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(most).toBe(3);
});

test('a turn that fails fails the whole', async () => {
  await expect(closedLoop(4, 2, async () => Promise.reject(new Error('cut off')))).rejects.toThrow('cut off');
});
