import { logRecordSchema, type LogFields, type TerminalRecord } from '@codex-proxy/contracts';

/** Parses lines, failing on any that is not a record of the log schema. */
export function parseRecords(text: string): LogFields[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => logRecordSchema.parse(JSON.parse(line)));
}

export const keep = (record: LogFields): LogFields => record;

export const NOW_MS = Date.UTC(2026, 10, 21, 2, 10, 3, 194);

export function terminalRecord(fields: LogFields = {}): TerminalRecord {
  return {
    request_id: 'req_a',
    run_id: 'req_a',
    route: '/v1/chat/completions',
    method: 'POST',
    status: 200,
    outcome: 'completed',
    latency_ms: 12.5,
    worker_state: 'ready',
    restart_count: 0,
    maintenance_mode: false,
    ...definedOnly(fields),
  };
}

function definedOnly(fields: LogFields): Partial<TerminalRecord> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
