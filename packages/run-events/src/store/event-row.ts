import { runEventInputSchema, runIdSchema, type RunEventInput } from '@codex-proxy/contracts';
import { encodePayload, MAX_ENCODED_CHARS } from '../encode/encode-payload.ts';
import { errorPayload } from '../encode/error-payload.ts';
import type { EventRow } from './rows.ts';

/** The row of an event; undefined for what is no event. Never throws. */
export function eventRowOf(runId: string, event: RunEventInput, nowMs: () => number): EventRow | undefined {
  try {
    const parsed = runEventInputSchema.safeParse(event);
    if (!parsed.success || !runIdSchema.safeParse(runId).success) return undefined;
    const { type, created_at: createdAt, correlation_id: correlationId, source, level, payload } = parsed.data;
    const encoded = encodePayload(needsErrorForm(type, payload) ? errorPayload(payload) : payload);
    const isOversize = encoded.length > MAX_ENCODED_CHARS;
    return {
      kind: 'event',
      runId,
      type,
      createdAt: new Date(createdAt ?? nowMs()).toISOString(),
      correlationId: correlationId ?? null,
      source: source ?? null,
      level: level ?? null,
      payload: isOversize ? '' : encoded,
      ...(isOversize ? { oversizeBytes: Buffer.byteLength(encoded) } : {}),
    };
  } catch {
    return undefined;
  }
}

/** Whatever was thrown may be given as the payload of an error; objects that are no errors are taken as they are. */
function needsErrorForm(type: string, payload: unknown): boolean {
  return payload instanceof Error || (type === 'error' && payload !== undefined && (typeof payload !== 'object' || payload === null));
}
