import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/trace/evidence.ts';
import { createTimeline, type Timeline } from '../../src/trace/timeline/timeline.ts';
import type { JsonRecord } from '../../src/json/record.ts';
import { accessRecord, frameRecord, stamp } from '../support/records.ts';

const ID = 'req_0123456789abcdefghijklmn';
const LATENCY_MS = 100;

const NOTHING: Evidence = {
  access: [],
  usage: [],
  frames: [],
  hasLog: false,
  log: [],
  lifeCycle: [],
  artifact: undefined,
  run: undefined,
  runEvents: [],
  agentLogs: [],
  workerLogs: [],
  archived: [],
};

const FRAMES = [
  frameRecord(ID, 'rpc_request', 'thread/start', 0),
  frameRecord(ID, 'rpc_response', 'thread/start', 5),
  frameRecord(ID, 'rpc_request', 'turn/start', 6),
  frameRecord(ID, 'delta_run', 'item/agentMessage/delta', 20, { count: 3, duration_ms: 30 }),
  frameRecord(ID, 'rpc_notification', 'turn/completed', 60),
];

/** A request of 100 ms whose first delta was sent after 30 ms, recorded by clocks that are off. */
function timelineOf(rest: Partial<Evidence>, terminal: JsonRecord = {}): Timeline {
  const access = [accessRecord(ID, { latency_ms: LATENCY_MS, ttft_ms: 30, worker_pid: 7, ...terminal })];
  return createTimeline({ ...NOTHING, access, frames: FRAMES, ...rest });
}

const namesOf = ({ steps }: Timeline): readonly string[] => steps.map(({ what }) => what);
const runEvent = (type: string, atMs: number, payload: JsonRecord = {}): JsonRecord => ({ type, created_at: stamp(atMs), payload });

describe('the order of a timeline', () => {
  it('has causes before what comes of them, whatever the stamps say', () => {
    const off = fc.integer({ min: -40, max: 40 });
    fc.assert(
      fc.property(off, off, off, off, (asked, answered, ended, received) => {
        const timeline = timelineOf({
          runEvents: [
            runEvent('llm_request', 10 + asked),
            runEvent('llm_response', 70 + answered),
            runEvent('note', 100 + ended, { reason: 'run_ended' }),
          ],
          agentLogs: [{ event: 'request_received', created_at: stamp(received) }],
        });
        const names = namesOf(timeline);
        const places = ['request line', 'llm_request', '→ thread/start', '← turn/completed', 'llm_response'].map((what) =>
          names.indexOf(what),
        );
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        expect(names.indexOf('note: run_ended')).toBeGreaterThan(names.indexOf('end of the answer'));
        expect(timeline.steps.map(({ atMs }) => atMs)).toEqual(timeline.steps.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
        expect(timeline.steps[0]?.atMs).toBe(0);
      }),
    );
  });

  it('begins with the request line also where the terminal record was written late', () => {
    const { steps, startedAtMs } = timelineOf({ log: [{ event: 'request_received', timestamp: stamp(-16) }], hasLog: true });
    expect(startedAtMs).toBe(Date.parse(stamp(-16)));
    expect(steps[0]).toMatchObject({ what: 'request line', atMs: 0 });
  });

  it('does not take a clock that was set for a slow disk', () => {
    const { startedAtMs } = timelineOf({ agentLogs: [{ event: 'request_received', created_at: stamp(-3_600_000) }] });
    expect(startedAtMs).toBe(Date.parse(stamp(0)));
  });
});

it('frames of an answer that was held back end with it, and their times are estimates', () => {
  const { steps, clock } = timelineOf({}, { ttft_ms: 95 });
  expect(clock).toBe('written');
  expect(steps.find(({ what }) => what === '← turn/completed')?.atMs).toBe(LATENCY_MS);
});

describe('where the time of a request went', () => {
  const longest = (terminal: JsonRecord, frames: readonly JsonRecord[] = []): string | undefined =>
    createTimeline({ ...NOTHING, access: [accessRecord(ID, { latency_ms: LATENCY_MS, ...terminal })], frames }).stretches[0]?.what;

  it.each([
    ['answered by the proxy itself', { route: '/v1/models', method: 'GET' }, 'the proxy, which answered by itself'],
    ['refused by it', { status: 401, outcome: 'refused', error_code: 'invalid_api_key' }, 'the proxy, which answered by itself'],
    ['answered by the worker, frames unknown', { worker_pid: 7 }, 'the worker and its answer, of which no frames are known'],
    ['failed without an answer', { worker_pid: 7, status: 504, outcome: 'timeout' }, 'waiting for an answer that did not begin'],
    ['left by its client', { status: 499, outcome: 'client_closed' }, 'waiting for an answer that did not begin'],
  ])('%s', (_name, terminal, what) => expect(longest(terminal)).toBe(what));

  describe('of an answer in deltas', () => {
    const of = (run: JsonRecord, duration = 3_000): Timeline =>
      createTimeline({
        ...NOTHING,
        access: [accessRecord(ID, { latency_ms: duration + 100, ttft_ms: 50, worker_pid: 7 })],
        frames: [
          frameRecord(ID, 'rpc_request', 'turn/start', 0),
          frameRecord(ID, 'delta_run', 'item/agentMessage/delta', 40, { count: 5, duration_ms: duration, ...run }),
          frameRecord(ID, 'rpc_notification', 'turn/completed', duration + 60),
        ],
      });

    it('a pause is told with its length and place', () => {
      expect(of({ max_gap_ms: 2_500, max_gap_after: 3 }).stretches[0]).toMatchObject({
        ms: 2_500,
        into: 'pause',
        what: 'a pause of the model in the middle of its answer, after 3 deltas',
      });
    });

    it('few deltas are a pause or not, where none was measured', () => {
      expect(of({}).stretches[0]).toMatchObject({ into: 'writing_or_pause' });
      expect(of({ max_gap_ms: 800, max_gap_after: 1 }).stretches[0]).toMatchObject({ into: 'writing' });
      expect(of({ count: 500 }).stretches[0]).toMatchObject({ into: 'writing' });
    });
  });

  describe('of a turn that was cut, whose frames were written long after the last of them', () => {
    const frames = (...rest: readonly JsonRecord[]): readonly JsonRecord[] =>
      [
        frameRecord(ID, 'rpc_request', 'thread/start', 0),
        frameRecord(ID, 'rpc_response', 'thread/start', 5),
        frameRecord(ID, 'rpc_request', 'turn/start', 6),
        frameRecord(ID, 'rpc_response', 'turn/start', 10),
        ...rest,
      ].map((record) => ({ ...record, timestamp: stamp(3_000) }));
    const cut = { latency_ms: 3_000, status: 503, outcome: 'worker_exited', error_code: 'worker_exited', worker_pid: 7, queue_ms: 30 };
    const timeline = (rest: Partial<Evidence>): Timeline => createTimeline({ ...NOTHING, access: [accessRecord(ID, cut)], ...rest });
    const startOf = ({ steps }: Timeline): number | undefined => steps.findLast(({ what }) => what === '→ thread/start')?.atMs;

    it('the worker was asked when a slot was free, and the rest was silence', () => {
      const known = timeline({ frames: frames() });
      expect(startOf(known)).toBe(30);
      expect(known.stretches[0]).toMatchObject({ ms: 2_960, what: "waiting for the model's first token, until the worker ended" });
      const late = timeline({ frames: frames(), runEvents: [runEvent('llm_request', 1_000)] });
      expect(startOf(late)).toBe(1_030);
    });

    it('what another worker had begun before was before the wait for this one', () => {
      const again = frameRecord(ID, 'rpc_request', 'thread/start', 20);
      expect(startOf(timeline({ frames: frames({ ...again, timestamp: stamp(3_000) }) }))).toBe(30);
    });

    it('with deltas before, the silence after them is the model’s', () => {
      const run = frameRecord(ID, 'delta_run', 'item/agentMessage/delta', 20, { count: 3, duration_ms: 0 });
      const { stretches } = createTimeline({
        ...NOTHING,
        access: [accessRecord(ID, { ...cut, ttft_ms: 50 })],
        frames: frames(run),
      });
      expect(stretches[0]?.what).toBe("waiting for more of the model's answer, until the worker ended");
    });
  });

  describe('is marked where it is seen', () => {
    const marked = (lifeCycleMs: readonly number[]): readonly (readonly [string, number])[] => {
      const { steps } = createTimeline({
        ...NOTHING,
        access: [accessRecord(ID, { latency_ms: 2_030, ttft_ms: 50, worker_pid: 7, status: 504, outcome: 'timeout' })],
        frames: [
          frameRecord(ID, 'rpc_request', 'turn/start', 0),
          frameRecord(ID, 'delta_run', 'item/agentMessage/delta', 40, { count: 1, duration_ms: 0 }),
          frameRecord(ID, 'rpc_request', 'turn/interrupt', 2_010),
        ],
        lifeCycle: lifeCycleMs.map((ms) => ({ event: 'worker_unresponsive', timestamp: stamp(ms) })),
      });
      return steps.filter(({ isSlowest }) => isSlowest).map(({ what, gapMs }) => [what, gapMs]);
    };

    it('at what ended it', () => expect(marked([])).toEqual([['→ turn/interrupt', 1_970]]));

    it('at another row, where that stands before it', () => expect(marked([2_019])).toEqual([['worker_unresponsive', 1_969]]));

    it('where most of it is, where something divides it', () => expect(marked([700])).toEqual([['→ turn/interrupt', 1_320]]));
  });

  it('of one that was given up in the queue, the wait', () => {
    const terminal = { status: 504, outcome: 'timeout', error_code: 'worker_timeout', queue_ms: undefined };
    expect(longest(terminal)).toBe('waiting for a worker slot');
  });

  it('of one that had to wait, that comes before the rest, whatever happened meanwhile', () => {
    const { steps, stretches } = createTimeline({
      ...NOTHING,
      access: [accessRecord(ID, { latency_ms: 4_000, ttft_ms: 3_100, queue_ms: 3_000, worker_pid: 7 })],
      frames: [
        frameRecord(ID, 'rpc_request', 'thread/start', 0),
        frameRecord(ID, 'delta_run', 'item/agentMessage/delta', 90, { count: 3, duration_ms: 800, max_gap_ms: 10 }),
      ],
      lifeCycle: [{ event: 'worker_backoff', timestamp: stamp(1_000) }],
    });
    expect(stretches[0]).toMatchObject({ into: 'queue', ms: 3_000, fromMs: 10, toMs: 3_010 });
    expect(steps.find(({ isSlowest }) => isSlowest)).toMatchObject({ what: 'slot granted', gapMs: 2_010 });
  });

  it.each([
    [10, false],
    [19.9, false],
    [25, true],
  ])('a stretch of all of %d ms is marked: %j', (latency, isMarked) => {
    const { steps } = createTimeline({ ...NOTHING, access: [accessRecord(ID, { latency_ms: latency })] });
    expect(steps.some(({ isSlowest }) => isSlowest)).toBe(isMarked);
  });
});
