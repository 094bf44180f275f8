import type { TurnRequest } from '@codex-proxy/worker';
import type { TurnSettings } from '../../src/turns/turn-settings.ts';

export function turnRequest(text = 'hi', more: Partial<TurnRequest> = {}): TurnRequest {
  return { model: 'demo-codex', instructions: '', history: [], input: [{ type: 'text', text, text_elements: [] }], ...more };
}

/** A clock that moves when told to. */
export class HandClock {
  nowMs = 1_000;

  readonly read = (): number => this.nowMs;
}

export function turnSettings(clock: HandClock, more: Partial<TurnSettings> = {}): TurnSettings {
  return {
    cwd: '/',
    sandbox: 'read-only',
    agentTools: false,
    requestTimeoutMs: 60_000,
    idleTimeoutMs: 10_000,
    monotonicMs: clock.read,
    redactText: (text) => text.replaceAll('hunter2', '[redacted]'),
    ...more,
  };
}
