import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MaintenanceToggle } from '@codex-proxy/contracts';
import { openMaintenance, type Maintenance } from '@codex-proxy/maintenance';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RETRY_AFTER_S, TestClock } from './open.ts';

type Step =
  | { readonly kind: 'toggle'; readonly requests: readonly MaintenanceToggle[] }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'restart'; readonly forced: boolean };

interface Expected {
  enabled: boolean;
  reason?: string | undefined;
  author?: string | undefined;
  sinceMs?: number | undefined;
  expiresAtMs?: number | undefined;
  retryAfterS: number;
}

/** What ought to hold, without files, timers or promises. */
class Model {
  current: Expected = { enabled: false, retryAfterS: RETRY_AFTER_S };
  kept: Expected | undefined;
  changes: string[] = [];

  apply(step: Step, nowMs: number): void {
    if (step.kind === 'restart') this.#restart(step.forced, nowMs);
    this.#expire(nowMs);
    if (step.kind === 'toggle') for (const request of step.requests) this.#toggle(request, nowMs);
  }

  #toggle(request: MaintenanceToggle, nowMs: number): void {
    const next: Expected = {
      enabled: request.enabled,
      reason: request.reason,
      author: request.author,
      expiresAtMs: request.expires_in_seconds === undefined ? undefined : nowMs + request.expires_in_seconds * 1_000,
      retryAfterS: request.retry_after_seconds ?? RETRY_AFTER_S,
    };
    const was = this.current;
    const same = (['enabled', 'reason', 'author', 'expiresAtMs', 'retryAfterS'] as const).every((term) => next[term] === was[term]);
    if (!same) {
      next.sinceMs = next.enabled === was.enabled ? (was.sinceMs ?? nowMs) : nowMs;
      this.#become(next, 'endpoint');
    }
    this.kept = this.current;
  }

  #expire(nowMs: number): void {
    if (nowMs < (this.current.expiresAtMs ?? Infinity)) return;
    this.#become({ enabled: false, reason: 'The maintenance expired.', sinceMs: nowMs, retryAfterS: RETRY_AFTER_S }, 'expiry');
    this.kept = this.current;
  }

  #restart(forced: boolean, nowMs: number): void {
    this.current = this.kept ?? { enabled: false, retryAfterS: RETRY_AFTER_S };
    this.#expire(nowMs);
    if (forced && !this.current.enabled) this.#become({ enabled: true, sinceMs: nowMs, retryAfterS: RETRY_AFTER_S }, 'environment');
  }

  #become(next: Expected, source: string): void {
    this.changes.push(`${String(this.current.enabled)} ${String(next.enabled)} ${source}`);
    this.current = next;
  }
}

const iso = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString());

const sometimes = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const request: fc.Arbitrary<MaintenanceToggle> = fc
  .record({
    enabled: fc.boolean(),
    reason: sometimes(fc.constantFrom('moving', 'upgrade')),
    author: sometimes(fc.constantFrom('jo', 'al')),
    retry_after_seconds: sometimes(fc.constantFrom(5, 60, 600)),
    expires_in_seconds: sometimes(fc.constantFrom(1, 60, 3_600)),
  })
  .map(({ enabled, expires_in_seconds, ...rest }) => ({ enabled, ...rest, ...(enabled ? { expires_in_seconds } : {}) }));

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('toggle' as const), requests: fc.array(request, { minLength: 1, maxLength: 6 }) }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(0, 1, 30, 59, 60, 3_600) }),
  fc.record({ kind: fc.constant('restart' as const), forced: fc.boolean() }),
);

test('any history of toggles at once, restarts and waiting ends as its model says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const folder = await mkdtemp(join(tmpdir(), 'maintenance-test-'));
      const clock = new TestClock();
      const model = new Model();
      const changes: string[] = [];
      const start = (initiallyOn: boolean): Maintenance =>
        openMaintenance({
          path: join(folder, 'maintenance.json'),
          initiallyOn,
          retryAfterSeconds: RETRY_AFTER_S,
          nowMs: clock.now,
          redactText: (text) => text,
          onChange: ({ from, to, source }) => changes.push(`${String(from === 'on')} ${String(to === 'on')} ${source}`),
          onFileFailure: ({ error }) => {
            throw error;
          },
        });
      let maintenance = start(false);
      for (const one of steps) {
        if (one.kind === 'wait') clock.ms += one.seconds * 1_000;
        if (one.kind === 'restart') {
          await maintenance.close();
          maintenance = start(one.forced);
        }
        model.apply(one, clock.ms);
        if (one.kind === 'toggle') {
          const made = await Promise.all(one.requests.map(async (toggle) => maintenance.toggle(toggle)));
          expect(made.map(({ enabled, reason }) => [enabled, reason])).toEqual(
            one.requests.map(({ enabled, reason }) => [enabled, reason]),
          );
          expect(maintenance.persisted).toBe(true);
        }
        const { sinceMs, expiresAtMs, retryAfterS, ...terms } = model.current;
        expect(maintenance.state()).toEqual({
          ...terms,
          since: iso(sinceMs),
          expires_at: iso(expiresAtMs),
          retry_after_seconds: retryAfterS,
        });
        expect(changes).toEqual(model.changes);
      }
      await maintenance.close();
      expect(readdirSync(folder).filter((name) => name !== 'maintenance.json')).toEqual([]);
      await rm(folder, { recursive: true });
    }),
    { numRuns: 150 },
  );
});
