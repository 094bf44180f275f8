import type { LogFields } from '@codex-proxy/contracts';
import { createLogger } from '@codex-proxy/logging';
import type { AgentLogEntry } from '@codex-proxy/scale-trace';
import { expect, test } from 'vitest';
import { AgentLog, teeAgentLog, type AgentLogParts } from '../../src/observe/agent-log.ts';
import { RunAdmission } from '../../src/runs/run-admission.ts';

const SECRET = ['a', 'key', 'of', 'ours'].join('-');

function setUp(options: Partial<AgentLogParts> = {}) {
  const entries: AgentLogEntry[] = [];
  const dropped: string[] = [];
  let ambient: LogFields | undefined;
  const agentLog = new AgentLog({
    store: { append: (entry) => void entries.push(entry) },
    admission: new RunAdmission(1_000, () => 0),
    hide: (text) => text.replaceAll(SECRET, '[hidden]'),
    context: () => ambient,
    isFull: () => false,
    onDropped: (reason) => void dropped.push(reason),
    ...options,
  });
  const begin = (request_id: string, route = '/v1/chat/completions'): void => {
    agentLog.note('request_received', { request_id, run_id: request_id, method: 'POST', route });
  };
  const end = (request_id: string): void => agentLog.note('request_completed', { request_id, run_id: request_id, status: 200 });
  return { agentLog, entries, dropped, begin, end, setAmbient: (ids: LogFields) => void (ambient = ids) };
}

const eventsOf = (entries: readonly AgentLogEntry[]): string[] => entries.map(({ event }) => event);

test('all of the worker is kept, at any level, and of no run', () => {
  const { agentLog, entries } = setUp();
  agentLog.note('worker_started', { worker_pid: 7, version: '1' });
  agentLog.note('worker_stderr', { message: `refused ${SECRET}`, count: 2 });
  expect(entries).toEqual([
    { source: 'worker', level: 'info', event: 'worker_started', payload: { worker_pid: 7, version: '1' } },
    { source: 'worker', level: 'debug', event: 'worker_stderr', message: 'refused [hidden]', payload: { count: 2 } },
  ]);
});

test('of a run all from its first line to its terminal record is kept, and what follows; but no single chunks', () => {
  const { agentLog, entries, begin, end } = setUp();
  begin('req_a');
  agentLog.note('stream_chunk', { request_id: 'req_a', count: 1 });
  end('req_a');
  agentLog.note('stream_disconnected', { request_id: 'req_a', reason: 'client_closed', delta_count: 1 }, 'info');
  expect(entries.map(({ runId }) => runId)).toEqual(['req_a', 'req_a', 'req_a']);
  expect(eventsOf(entries)).toEqual(['request_received', 'request_completed', 'stream_disconnected']);
  expect(entries[1]?.payload).toEqual({ status: 200 });
});

test('a line without an id belongs to the request that is being served', () => {
  const { agentLog, entries, begin, setAmbient } = setUp();
  begin('req_a');
  agentLog.note('uncaught_error', { error_message: 'of nobody' });
  setAmbient({ request_id: 'req_a' });
  agentLog.note('uncaught_error', { error_message: 'of a' });
  expect(entries.slice(1)).toMatchObject([{ runId: 'req_a', payload: { error_message: 'of a' } }]);
});

test('requests that are no runs are not kept', () => {
  const { entries, begin, end, agentLog } = setUp();
  begin('req_a', '/healthz');
  end('req_a');
  agentLog.note('maintenance_toggled', { from: 'off', to: 'on' });
  expect(entries).toEqual([]);
});

test('runs beyond the rate are left out whole, and counted once', () => {
  const { entries, dropped, begin, end } = setUp({ admission: new RunAdmission(1, () => 0) });
  for (const id of ['req_a', 'req_b', 'req_c']) begin(id);
  for (const id of ['req_c', 'req_b', 'req_a']) end(id);
  expect(dropped).toEqual(['rate']);
  expect(entries.map(({ runId }) => runId)).toEqual(['req_a', 'req_b', 'req_b', 'req_a']);
});

test('a table that may not grow takes nothing', () => {
  const { agentLog, entries, dropped } = setUp({ isFull: () => true });
  agentLog.note('worker_started', { worker_pid: 7 });
  expect([entries, dropped]).toEqual([[], ['table_full']]);
});

test('of runs that have ended only the last are remembered', () => {
  const { agentLog, entries, begin, end } = setUp();
  for (let run = 0; run < 1_001; run += 1) {
    begin(`req_${run}`);
    end(`req_${run}`);
  }
  entries.length = 0;
  agentLog.note('stream_disconnected', { request_id: 'req_0' });
  agentLog.note('stream_disconnected', { request_id: 'req_1' });
  expect(entries.map(({ runId }) => runId)).toEqual(['req_1']);
});

test('a logger whose lines are kept logs as before', () => {
  const { agentLog, entries } = setUp();
  const lines: string[] = [];
  const plain = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) }, redact: (record) => record });
  const logger = teeAgentLog(plain, agentLog);
  logger.event('worker_stderr', { message: 'quiet' });
  logger.event('worker_started', { worker_pid: 7 });
  expect([lines.length, eventsOf(entries)]).toEqual([1, ['worker_stderr', 'worker_started']]);
  expect([logger.level, logger.isEnabled('worker_stderr')]).toEqual(['info', false]);
  logger.level = 'debug';
  expect([plain.level, logger.isEnabled('worker_stderr')]).toEqual(['debug', true]);
});
