import {
  DEGRADED_PARTS,
  probeBodySchema,
  WORKER_STATES,
  type DegradedPart,
  type WorkerSnapshot,
  type WorkerState,
} from '@codex-proxy/contracts';
import { evaluateLiveness, evaluateProbe, type HealthInput } from '@codex-proxy/health';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const ready: WorkerSnapshot = {
  state: 'ready',
  pid: 7,
  version: '0.169.0',
  everReady: true,
  available: true,
  restartCount: 0,
  restartStreak: 0,
  backoffMs: 0,
  inflight: 0,
  queueDepth: 0,
};

function input(fields: Partial<HealthInput> = {}): HealthInput {
  return { worker: ready, draining: false, maintenanceMode: false, degraded: [], ...fields };
}

const REASONS: Record<WorkerState, string | undefined> = {
  starting: 'worker_starting',
  handshake: 'worker_starting',
  ready: undefined,
  draining: 'draining',
  exited: 'worker_backoff',
  backoff: 'worker_backoff',
  stopped: 'worker_unavailable',
};

const cases = WORKER_STATES.flatMap((state) =>
  [false, true].flatMap((draining) =>
    [false, true].flatMap((maintenanceMode) =>
      [[], ['log_sink'], [...DEGRADED_PARTS]].map((degraded) => ({
        state,
        draining,
        maintenanceMode,
        degraded: degraded.filter(isDegradedPart),
      })),
    ),
  ),
);

describe('readiness', () => {
  test.each(cases)(
    '$state, draining $draining, maintenance $maintenanceMode, degraded $degraded',
    ({ state, draining, maintenanceMode, degraded }) => {
      const result = evaluateProbe(input({ worker: { ...ready, state }, draining, maintenanceMode, degraded }));
      const reason = draining ? 'draining' : REASONS[state];
      expect(probeBodySchema.parse(result.body)).toEqual({
        status: reason !== undefined ? 'unready' : degraded.length > 0 ? 'degraded' : 'ok',
        ...(reason === undefined ? {} : { reason }),
        worker_state: state,
        maintenance_mode: maintenanceMode,
        ...(degraded.length === 0 ? {} : { degraded }),
      });
      expect(result.httpStatus).toBe(reason === undefined ? 200 : 503);
      expect(result.retryAfterSeconds !== undefined).toBe(reason !== undefined);
    },
  );

  test('needs a handshake, no backoff, an available worker and a proxy that does not drain: all of them, whatever else', () => {
    const snapshot = fc.record({
      state: fc.constantFrom(...WORKER_STATES),
      everReady: fc.boolean(),
      available: fc.boolean(),
      restartCount: fc.nat(),
      restartStreak: fc.nat(),
      backoffMs: fc.oneof(fc.constant(0), fc.nat(60_000)),
      lastExitCode: fc.option(fc.nat(255)),
      inflight: fc.nat(),
      queueDepth: fc.nat(),
    });
    const degraded = fc.subarray([...DEGRADED_PARTS]);
    fc.assert(
      fc.property(snapshot, fc.boolean(), fc.boolean(), degraded, (worker, draining, maintenanceMode, parts) => {
        const result = evaluateProbe({ worker, draining, maintenanceMode, degraded: parts });
        expect(result.httpStatus === 200).toBe(worker.state === 'ready' && worker.backoffMs === 0 && worker.available && !draining);
        expect(probeBodySchema.safeParse(result.body).success).toBe(true);
        if (result.httpStatus === 503)
          expect((result.retryAfterSeconds ?? 0) * 1_000).toBeGreaterThanOrEqual(draining ? 1 : worker.backoffMs);
      }),
    );
  });

  test('names each degraded part once, in the order of the table', () => {
    const { body } = evaluateProbe(input({ degraded: ['archive', 'trace_buffer', 'archive'] }));
    expect(body.degraded).toEqual(['trace_buffer', 'archive']);
  });
});

describe('the life of a worker, as its probe tells it', () => {
  const told = (steps: readonly Partial<WorkerSnapshot>[]): string[] =>
    steps.map((step) => {
      const { httpStatus, body } = evaluateProbe(input({ worker: { ...ready, ...step } }));
      return `${httpStatus} ${body.reason ?? body.status}`;
    });
  const before = { everReady: false } as const;

  test('slow start: unready until the handshake is answered, however long it takes', () => {
    expect(told([{ ...before, state: 'starting' }, { ...before, state: 'handshake' }, { ...before, state: 'handshake' }, {}])).toEqual([
      '503 worker_starting',
      '503 worker_starting',
      '503 worker_starting',
      '200 ok',
    ]);
  });

  test('crash and restart: unready through exit, backoff and start, and ready with the next handshake', () => {
    const after = { lastExitCode: 139, restartStreak: 1 };
    const steps = [
      {},
      { ...after, state: 'exited' },
      { ...after, state: 'backoff', backoffMs: 250 },
      { ...after, state: 'starting' },
      { ...after, state: 'handshake' },
      after,
    ] as const;
    expect(told(steps)).toEqual([
      '200 ok',
      '503 worker_backoff',
      '503 worker_backoff',
      '503 worker_starting',
      '503 worker_starting',
      '200 ok',
    ]);
    const { body } = evaluateProbe(input({ worker: { ...ready, ...after } }));
    expect(body).toMatchObject({ last_exit_code: 139, restart_streak: 1 });
    expect(body).not.toHaveProperty('backoff_ms');
  });

  test('crash by a signal: the exit code is null, not absent', () => {
    expect(evaluateProbe(input({ worker: { ...ready, state: 'exited', lastExitCode: null } })).body.last_exit_code).toBeNull();
  });

  test('repeated failure: backoff grows, then the worker counts as unavailable until it serves again', () => {
    const steps = [250, 500, 1_000, 2_000].map(
      (backoffMs, index) => ({ ...before, state: 'backoff', backoffMs, restartStreak: index + 1 }) as const,
    );
    const given = { ...before, available: false, state: 'backoff', backoffMs: 5_000, restartStreak: 5 } as const;
    expect(told([...steps, given, { ...given, state: 'handshake', backoffMs: 0 }, {}])).toEqual([
      ...Array(4).fill('503 worker_backoff'),
      '503 worker_unavailable',
      '503 worker_unavailable',
      '200 ok',
    ]);
    expect(evaluateProbe(input({ worker: { ...ready, ...given } }))).toMatchObject({
      retryAfterSeconds: 5,
      body: { backoff_ms: 5_000, restart_streak: 5 },
    });
  });

  test('planned recycle: the serving worker stays ready, so the probe does', () => {
    expect(told([{ pid: 7 }, { pid: 7, inflight: 3 }, { pid: 8 }])).toEqual(['200 ok', '200 ok', '200 ok']);
  });

  test('shutdown: draining, whatever the worker does meanwhile', () => {
    const steps = (['ready', 'draining', 'exited', 'stopped'] as const).map((state) =>
      evaluateProbe(input({ worker: { ...ready, state }, draining: true })),
    );
    expect(steps.map(({ body }) => body.reason)).toEqual(Array(4).fill('draining'));
  });
});

describe('liveness', () => {
  test('is 200 while the process works', () => {
    expect(evaluateLiveness()).toEqual({ httpStatus: 200, body: { status: 'ok' } });
    expect(evaluateLiveness({ internalFailure: undefined }).httpStatus).toBe(200);
  });

  test('is 503 after an internal failure', () => {
    expect(evaluateLiveness({ internalFailure: 'state_lost' })).toMatchObject({
      httpStatus: 503,
      body: { status: 'failed', reason: 'state_lost' },
    });
    expect(evaluateLiveness({ internalFailure: 'state_lost' }).retryAfterSeconds).toBeGreaterThan(0);
  });
});

function isDegradedPart(part: string): part is DegradedPart {
  return DEGRADED_PARTS.some((known) => known === part);
}
