import { RUN_NOTES, type Outcome, type RunEventLevel, type RunEventPayload, type TerminalRecord } from '@codex-proxy/contracts';
import { encodePayload } from '../encode/encode-payload.ts';
import type { EndRow } from './rows.ts';

const LEVELS: Readonly<Record<Outcome, RunEventLevel>> = {
  completed: 'info',
  client_closed: 'info',
  refused: 'warn',
  worker_exited: 'error',
  timeout: 'error',
  failed: 'error',
};

/** The last row of a run: its outcome, and the note that ends its events. */
export function endRowOf(terminal: TerminalRecord, nowMs: number): EndRow {
  const { outcome, status, error_code, latency_ms, ttft_ms, tokens_prompt, tokens_response } = terminal;
  const note: RunEventPayload<'note'> = {
    reason: RUN_NOTES.ended,
    outcome,
    status,
    error_code,
    latency_ms,
    ttft_ms,
    tokens_prompt,
    tokens_response,
  };
  return {
    kind: 'end',
    runId: terminal.run_id,
    status: outcome,
    model: terminal.model ?? null,
    route: terminal.route,
    startedAt: new Date(nowMs - latency_ms).toISOString(),
    endedAt: new Date(nowMs).toISOString(),
    tokensPrompt: tokens_prompt ?? null,
    tokensResponse: tokens_response ?? null,
    errorCode: error_code ?? null,
    terminal: encodePayload(terminal),
    level: LEVELS[outcome],
    note: encodePayload(note),
  };
}
