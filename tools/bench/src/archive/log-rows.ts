import { openStateDatabase } from '@codex-proxy/state-db';

const LEVELS = ['debug', 'info', 'info', 'info', 'warn'] as const;
const SOURCES = ['worker', 'proxy', 'worker'] as const;
const EVENTS = ['worker_stderr', 'request_completed', 'turn_started', 'command_ended'] as const;
const WORDS =
  'the worker answered after some time and client read on while queue of requests waited for a thread model tokens were counted'.split(' ');

/** The same every time: a row is a log line of a run, as the proxy writes them. */
export interface LogRow {
  readonly createdAt: string;
  readonly runId: string;
  readonly source: string;
  readonly level: string;
  readonly event: string;
  readonly message: string;
  readonly payload: string;
}

export function logRow(at: number): LogRow {
  const random = mulberry(at);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
  const sentence = (words: number): string => Array.from({ length: words }, () => pick(WORDS)).join(' ');
  const runId = `req_${Math.floor(at / 12)
    .toString(36)
    .padStart(6, '0')}${Math.floor(random() * 2 ** 40).toString(36)}`;
  const payload = {
    request_id: runId,
    route: '/v1/chat/completions',
    status: 200,
    latency_ms: Math.floor(random() * 90_000) / 10,
    tokens_prompt: Math.floor(random() * 4_000),
    tokens_response: Math.floor(random() * 900),
    thread: `thr_${Math.floor(random() * 2 ** 48).toString(36)}`,
    files: Array.from({ length: Math.floor(random() * 6) }, () => `packages/${pick(WORDS)}/src/${pick(WORDS)}-${pick(WORDS)}.ts`),
    text: sentence(30 + Math.floor(random() * 60)),
  };
  return {
    createdAt: new Date(Date.UTC(2026, 10, 1) + at * 137).toISOString(),
    runId,
    source: pick(SOURCES),
    level: pick(LEVELS),
    event: pick(EVENTS),
    message: `${sentence(8 + Math.floor(random() * 14))} (${Math.floor(random() * 1e6)})`,
    payload: JSON.stringify(payload),
  };
}

/** Fills `agent_logs` of a new state.sqlite until its JSON payloads and messages take about so many bytes. */
export function fillAgentLogs(path: string, bytes: number): number {
  const database = openStateDatabase(path);
  const insert = database.prepare(
    'INSERT INTO agent_logs (created_at, run_id, source, level, event, message, payload_json) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  let [rows, written] = [0, 0];
  while (written < bytes) {
    database.transaction(() => {
      for (let batch = 0; batch < 5_000 && written < bytes; batch += 1) {
        const row = logRow(rows);
        insert.run(row.createdAt, row.runId, row.source, row.level, row.event, row.message, row.payload);
        written += row.payload.length + row.message.length + 90;
        rows += 1;
      }
    })();
  }
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return rows;
}

function mulberry(seed: number): () => number {
  let state = (seed + 1) * 0x9e3779b1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
