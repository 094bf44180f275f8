import { expect, test } from 'vitest';
import type { ScriptedWorkerOptions } from '@codex-proxy/scripted-worker';
import { scripted, supervise } from '../rig/supervised.ts';

const TEXT = ['10', '00 ', '“€”', ' 🙂', '\u2028\n"\\'];

/** One turn on a worker that behaves as the options say. */
async function turnWith(options: ScriptedWorkerOptions) {
  const supervised = supervise(await scripted({ deltas: TEXT, ...options }));
  await supervised.ready();
  const { observer } = supervised.run();
  await observer.settled();
  return { ...supervised, observer };
}

test.each<[string, ScriptedWorkerOptions]>([
  ['plain', {}],
  ['with garbage before each frame', { garbage: true, garbageOnStart: true }],
  ['in half lines', { halfLines: true }],
  ['with a line of a megabyte', { hugeLineBytes: 1_000_000 }],
  ['with answers to questions that no one asked', { wrongIds: true }],
  ['told twice', { duplicates: true }],
  ['with frames after the end', { late: true }],
  ['in a flood of notifications', { flood: 20_000 }],
  ['in a flood of complaints', { stderrLines: 20_000 }],
  ['without deltas', { withoutDeltas: true }],
])('an answer %s arrives once and whole', async (_, options) => {
  const { observer, supervisor, events } = await turnWith(options);
  expect(observer.text).toBe(TEXT.join(''));
  expect(observer.ends).toEqual([
    {
      kind: 'completed',
      finishReason: 'stop',
      usage: { inputTokens: 11, cachedInputTokens: 0, outputTokens: 5, reasoningOutputTokens: 0 },
    },
  ]);
  expect(observer.violations).toEqual([]);
  expect(supervisor.snapshot()).toMatchObject({ state: 'ready', inflight: 0, queueDepth: 0, restartCount: 0 });
  expect(events.kept.onExited).toEqual([]);
});

test('a line beyond the limit is skipped and reported, and the turn goes on', async () => {
  const { events, run, ready } = supervise(await scripted({ deltas: TEXT, hugeLineBytes: 300_000 }), { maxLineBytes: 100_000 });
  await ready();
  expect((await run().observer.ended()).text).toBe(TEXT.join(''));
  expect(events.kept.onProtocolError).toEqual([{ reason: 'line_too_long', bytes: expect.any(Number), suppressed: 0 }]);
  expect(events.kept.onProtocolError[0]?.bytes).toBeGreaterThan(300_000);
});

test('what is not the protocol is reported, ten times a second at most, with the number of those that were not', async () => {
  let nowMs = 0;
  const options = { monotonicMs: () => nowMs };
  const { events, run, ready } = supervise(await scripted({ deltas: 40, garbage: true }), options);
  await ready();
  await run().observer.settled();
  expect(events.kept.onProtocolError).toHaveLength(10);
  nowMs = 1_000;
  await run().observer.settled();
  expect(events.kept.onProtocolError).toHaveLength(20);
  expect(events.kept.onProtocolError[0]).toEqual({ reason: 'not_json', bytes: 26, suppressed: 0 });
  expect(events.kept.onProtocolError[10]?.suppressed).toBeGreaterThan(20);
});

test('standard error is reported redacted, and with the same limit', async () => {
  const { events, ready } = supervise(await scripted({ stderrLines: 500 }), {
    monotonicMs: () => 0,
    redactText: (text) => text.toUpperCase(),
  });
  await ready();
  await events.nth('onStderr', 10);
  expect(events.kept.onStderr[0]).toEqual({ text: 'SCRIPTED COMPLAINT 0', suppressed: 0 });
  expect(events.kept.onStderr).toHaveLength(10);
});

test('requests of the worker are answered by policy, and the turn goes on', async () => {
  const methods = [
    'item/commandExecution/requestApproval',
    'item/fileChange/requestApproval',
    'item/tool/call',
    'execCommandApproval',
    'currentTime/read',
    'account/chatgptAuthTokens/refresh',
    'no/such/method',
  ];
  const { observer, events } = await turnWith({ serverRequests: methods.map((method) => ({ method })) });
  expect(observer.text).toBe(TEXT.join(''));
  expect(events.kept.onServerRequest).toEqual([
    { method: 'item/commandExecution/requestApproval', decision: 'declined' },
    { method: 'item/fileChange/requestApproval', decision: 'declined' },
    { method: 'item/tool/call', decision: 'declined' },
    { method: 'execCommandApproval', decision: 'declined' },
    { method: 'currentTime/read', decision: 'answered' },
    { method: 'account/chatgptAuthTokens/refresh', decision: 'unsupported' },
    { method: 'no/such/method', decision: 'unsupported' },
  ]);
  const frames = observer.settlements[0]!.frames.filter(({ type }) => type.startsWith('server_')).map(({ type, method }) => [type, method]);
  expect(frames).toHaveLength(2 * methods.length);
  expect(frames.slice(0, 2)).toEqual([
    ['server_request', methods[0]],
    ['server_response', methods[0]],
  ]);
});

test('an answer that the worker begins anew is not repeated to one who cannot forget', async () => {
  const { observer } = await turnWith({ retry: true });
  expect(observer.text).toBe(TEXT.join(''));
  expect(observer.end).toMatchObject({ kind: 'failed', failure: { code: 'provider_error', message: 'Reconnecting... 1/5' } });
});

test('what the worker refuses is told', async () => {
  const { supervisor, ready, run } = supervise(
    await scripted({
      refuse: {
        'thread/start': { code: -32_001, message: 'Server overloaded; retry later.' },
        'model/list': { code: 1, message: 'hunter2' },
      },
    }),
  );
  await ready();
  expect(run().observer.result).toBeUndefined();
  expect((await run().observer.ended()).result).toBe('queue_full');
  await expect(supervisor.request('model/list', {})).rejects.toThrow('[redacted]');
});

test('models are told', async () => {
  const { supervisor, ready } = supervise(await scripted({ models: ['one', 'two'] }));
  await ready();
  expect(await supervisor.request('model/list', {})).toMatchObject({ data: [{ id: 'one' }, { id: 'two' }] });
});
