import { expect, test } from 'vitest';
import { summarise, type CpuProfile } from '../src/profile/cpu-profile.ts';

const frame = (id: number, functionName: string, url = '', lineNumber = 0, children: number[] = []): CpuProfile['nodes'][number] => ({
  id,
  children,
  callFrame: { functionName, url, lineNumber },
});

/** Four samples of 1 s each, from second 0; then the end. */
const profile: CpuProfile = {
  nodes: [
    frame(1, '(idle)'),
    frame(2, 'start', 'file:///w/apps/proxy/src/http/server.ts', 9, [5]),
    frame(5, 'write', 'node:net', 99, [3]),
    frame(3, 'writev'),
    frame(4, '', 'file:///w/node_modules/express/lib/application.js', 41),
  ],
  startTime: 0,
  endTime: 4e6,
  samples: [2, 1, 3, 4],
  timeDeltas: [0, 1e6, 1e6, 1e6, 1e6],
};

test('own times are parts of the time that was busy, by function and by owner', () => {
  expect(summarise(profile, 10)).toEqual({
    idle: 0.25,
    functions: [
      { name: 'start apps/proxy/src/http/server.ts:10', share: 1 / 3 },
      { name: 'writev ← start apps/proxy/src/http/server.ts:10', share: 1 / 3 },
      { name: '(anonymous) express/lib/application.js:42', share: 1 / 3 },
    ],
    owners: [
      { name: 'apps/proxy/http', share: 1 / 3 },
      { name: 'native functions', share: 1 / 3 },
      { name: 'express', share: 1 / 3 },
    ],
  });
});

test('what is before the last seconds does not count', () => {
  const { idle, functions } = summarise(profile, 2);
  expect({ idle, names: functions.map(({ name }) => name) }).toEqual({
    idle: 0,
    names: ['writev ← start apps/proxy/src/http/server.ts:10', '(anonymous) express/lib/application.js:42'],
  });
});
