import type { RunEventInput } from '@codex-proxy/contracts';

/** One event in so many is of the rare type. */
export const RARE_EVERY = 5_000;

/** An event as a turn with tools has them: 250 to 300 bytes of payload. */
export function event(at: number): RunEventInput {
  const correlation_id = `call_${(at >> 1).toString(36).padStart(12, '0')}`;
  if (at % RARE_EVERY === 0)
    return { type: 'test_result', correlation_id, source: 'worker', level: 'info', payload: { framework: 'vitest', success: true, at } };
  const shared = { kind: 'command', tool: 'npm', duration_ms: at % 9_000, status: 'completed', success: true, exit_code: 0, at } as const;
  const payload =
    at % 2 === 0
      ? { ...shared, actions: ['read', 'search', 'listFiles'], arguments_chars: at % 700, cwd: 'packages/run-events/bench' }
      : { ...shared, output_chars: at % 70_000, summary: `the command wrote ${at} characters and ended by itself` };
  return { type: at % 2 === 0 ? 'tool_call' : 'tool_result', correlation_id, source: 'worker', level: 'info', payload };
}
