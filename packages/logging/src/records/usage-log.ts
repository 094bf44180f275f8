import type { TerminalRecord } from '@codex-proxy/contracts';
import type { Redact } from '../logger/logger.ts';
import { createTimestamp } from '../logger/timestamp.ts';
import { envelopeText, fieldsText, type RecordSink } from './record-line.ts';

/** `usage.ndjson`: the tokens of every request that the provider reported any for, as `usage_recorded`. */
export interface UsageLog {
  /** False if there was no usage to write, or the record was dropped. */
  write(record: TerminalRecord): boolean;
}

/** @param now Milliseconds since the epoch. Default: the system clock. */
export function createUsageLog(sink: RecordSink, redact: Redact, now: () => number = Date.now): UsageLog {
  const timestamp = createTimestamp(now);
  const envelope = envelopeText('usage_recorded');
  return {
    write(record) {
      if (record.tokens_prompt === undefined || record.tokens_response === undefined) return false;
      const usage = redact({
        request_id: record.request_id,
        run_id: record.run_id,
        client_request_id: record.client_request_id,
        route: record.route,
        model: record.model ?? 'other',
        stream: record.stream,
        outcome: record.outcome,
        tokens_prompt: record.tokens_prompt,
        tokens_response: record.tokens_response,
        tokens_cached: record.tokens_cached,
        tokens_reasoning: record.tokens_reasoning,
      });
      return sink.write(`{"timestamp":"${timestamp()}${envelope}${fieldsText(usage)}}\n`);
    },
  };
}
