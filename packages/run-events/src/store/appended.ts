import type { RunEventDropReason } from '@codex-proxy/contracts';
import { RUN_EVENT_DROP_REASONS } from '@codex-proxy/contracts';
import type { Outcome } from '@codex-proxy/state-db';
import { LIMIT_MARKED } from './rows.ts';

/** What became of an event. */
export type Appended = { readonly stored: true; readonly id: number } | { readonly stored: false; readonly reason: RunEventDropReason };

export function appendedOf(outcome: Outcome): Appended {
  return typeof outcome === 'number' ? { stored: true, id: outcome } : { stored: false, reason: dropReasonOf(outcome) };
}

export function dropReasonOf(outcome: string): RunEventDropReason {
  if (outcome === LIMIT_MARKED) return 'run_event_limit';
  return RUN_EVENT_DROP_REASONS.find((reason) => reason === outcome) ?? 'write_failed';
}
