import type { JsonRecord } from '../../src/json/record.ts';

const STARTED_AT_MS = Date.UTC(2026, 10, 21, 2, 10, 3);

/** A time so many milliseconds after the request line of the samples. */
export function stamp(ms: number): string {
  return new Date(STARTED_AT_MS + ms).toISOString();
}

/** The terminal record of a request that began with the samples. */
export function accessRecord(id: string, rest: JsonRecord = {}): JsonRecord {
  const latencyMs = typeof rest['latency_ms'] === 'number' ? rest['latency_ms'] : 100;
  return {
    timestamp: stamp(latencyMs),
    level: 'info',
    component: 'http',
    event: 'request_completed',
    request_id: id,
    run_id: id,
    method: 'POST',
    route: '/v1/chat/completions',
    model: 'demo-codex',
    stream: true,
    status: 200,
    outcome: 'completed',
    latency_ms: latencyMs,
    ...rest,
  };
}

export function frameRecord(id: string, type: string, method: string, elapsedMs: number, rest: JsonRecord = {}): JsonRecord {
  return {
    timestamp: stamp(100),
    level: 'info',
    component: 'rpc',
    event: 'rpc_frame',
    request_id: id,
    run_id: id,
    direction: type === 'rpc_request' ? 'to_worker' : 'from_worker',
    frame_type: type,
    rpc_method: method,
    bytes: 100,
    elapsed_ms: elapsedMs,
    ...rest,
  };
}

export function usageRecord(id: string): JsonRecord {
  return {
    timestamp: stamp(100),
    level: 'info',
    component: 'usage',
    event: 'usage_recorded',
    request_id: id,
    tokens_prompt: 11,
    tokens_response: 5,
  };
}

export function ndjson(records: readonly JsonRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
