import type { TerminalRecord } from '@codex-proxy/contracts';
import type { Redact } from '../logger/logger.ts';
import { createTimestamp } from '../logger/timestamp.ts';
import { envelopeText, fieldsText, type RecordSink } from './record-line.ts';

/** `access.ndjson`: the terminal record of every request, as `request_completed`. */
export interface AccessLog {
  /** @param level Default `info`; `warn` for what somebody should look at. @returns false if the record was dropped. */
  write(record: TerminalRecord, level?: 'info' | 'warn'): boolean;
}

/** @param now Milliseconds since the epoch. Default: the system clock. */
export function createAccessLog(sink: RecordSink, redact: Redact, now: () => number = Date.now): AccessLog {
  const timestamp = createTimestamp(now);
  const envelopes = { info: envelopeText('request_completed', 'info'), warn: envelopeText('request_completed', 'warn') };
  return {
    write: (record, level = 'info') => sink.write(`{"timestamp":"${timestamp()}${envelopes[level]}${fieldsText(redact(record))}}\n`),
  };
}
