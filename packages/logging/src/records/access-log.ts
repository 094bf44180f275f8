import type { TerminalRecord } from '@codex-proxy/contracts';
import type { Redact } from '../logger/logger.ts';
import { createTimestamp } from '../logger/timestamp.ts';
import { envelopeText, fieldsText, type RecordSink } from './record-line.ts';

/** `access.ndjson`: the terminal record of every request, as `request_completed`. */
export interface AccessLog {
  /** False if the record was dropped. */
  write(record: TerminalRecord): boolean;
}

/** @param now Milliseconds since the epoch. Default: the system clock. */
export function createAccessLog(sink: RecordSink, redact: Redact, now: () => number = Date.now): AccessLog {
  const timestamp = createTimestamp(now);
  const envelope = envelopeText('request_completed');
  return {
    write: (record) => sink.write(`{"timestamp":"${timestamp()}${envelope}${fieldsText(redact(record))}}\n`),
  };
}
