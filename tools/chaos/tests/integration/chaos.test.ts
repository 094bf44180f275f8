import { expect, test } from 'vitest';
import { canMount, disturbProvider, fillDisk, killWorkers, recycleWorkers, terminateProxies, type Trial } from '@codex-proxy/chaos';

const options = { real: false, say: () => undefined };

/** Times are for the long form, on a machine of its own. */
function unmetCounts({ figures }: Trial): readonly unknown[] {
  return figures.filter(({ met, target }) => !met && !target.includes('ms'));
}

test('workers killed under load cost their turns in flight, and nobody else anything', async () => {
  expect(unmetCounts(await killWorkers({ ...options, kills: 6 }))).toEqual([]);
});

test('planned recycles under load cost nothing', async () => {
  expect(unmetCounts(await recycleWorkers({ ...options, recycles: 3, requests: 60 }))).toEqual([]);
});

test('a proxy that is told to end cuts no stream that ends within the grace', async () => {
  expect(unmetCounts(await terminateProxies({ ...options, terms: 2 }))).toEqual([]);
});

test('faults of the provider cost the requests that meet them, and nothing else', async () => {
  expect(unmetCounts(await disturbProvider({ say: options.say, requests: 80 }))).toEqual([]);
});

test.skipIf(!canMount())('a disk that is full under load fails no request, and is over by itself (needs mount namespaces)', async () => {
  expect(unmetCounts(await fillDisk({ ...options, times: 1 }))).toEqual([]);
});
