import { COMMANDS, runCli } from '@codex-proxy/ops-cli';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { accessRecord, frameRecord, ndjson, stamp, usageRecord } from '../support/records.ts';
import { githubToken } from '../support/secrets.ts';
import { createTerminal } from '../support/terminal.ts';

const { openStateDatabase } = await import('@codex-proxy/state-db');

const ID = 'req_0123456789abcdefghijklmn';
const OTHER = 'req_zyxwvutsrqponmlkjihgfedc';

interface Traced {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function trace(folder: string, args: readonly string[] = [], columns?: number): Promise<Traced> {
  const terminal = createTerminal(columns === undefined ? {} : { isTTY: true, columns, environment: { NO_COLOR: '1' } });
  const id = args.includes('--req-id') ? [] : ['--req-id', ID];
  const code = await runCli(['trace', '--state-dir', folder, ...id, ...args], terminal);
  return { code, ...terminal.printed };
}

/** A state folder as a proxy leaves it: the request, with others around it. */
function stateFolder(access = accessRecord(ID, { latency_ms: 100, ttft_ms: 60, queue_ms: 20, client_request_id: 'order-1' })): string {
  const folder = temporaryFolder();
  const frames = [
    frameRecord(ID, 'rpc_request', 'thread/start', 0),
    frameRecord(ID, 'rpc_response', 'thread/start', 5),
    frameRecord(ID, 'rpc_request', 'turn/start', 5),
    frameRecord(ID, 'rpc_response', 'turn/start', 6),
    frameRecord(ID, 'delta_run', 'item/agentMessage/delta', 40, { count: 3, duration_ms: 30 }),
    frameRecord(ID, 'rpc_notification', 'turn/completed', 75),
  ];
  writeFileSync(join(folder, 'access.ndjson'), ndjson([accessRecord(OTHER), access, accessRecord(OTHER)]));
  writeFileSync(join(folder, 'proto.ndjson'), ndjson([frameRecord(OTHER, 'rpc_request', 'thread/start', 0), ...frames]));
  writeFileSync(join(folder, 'usage.ndjson'), ndjson([usageRecord(OTHER), usageRecord(ID)]));
  return folder;
}

describe('the timeline', () => {
  it('puts every source into one order, in times since the request line', async () => {
    const { code, out, err } = await trace(stateFolder(), ['--json']);
    const document = JSON.parse(out);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(document).toMatchObject({
      request_id: ID,
      outcome: 'completed',
      latency_ms: 100,
      started_at: stamp(0),
      frame_clock: 'first_delta',
      cause: { id: 'completed' },
      slowest: { into: 'first_token', what: "waiting for the model's first token", ms: 34 },
      usage: { tokens_prompt: 11 },
    });
    expect(document.timeline.map(({ at_ms: atMs, gap_ms: gapMs, what }: Record<string, unknown>) => [atMs, gapMs, what])).toEqual([
      [0, 0, 'request line'],
      [0, 0, 'wait for a worker slot'],
      [20, 20, 'slot granted'],
      [20, 0, '→ thread/start'],
      [25, 5, '← thread/start answered'],
      [25, 0, '→ turn/start'],
      [26, 1, '← turn/start answered'],
      [60, 34, '← 3 × item/agentMessage/delta'],
      [60, 0, 'first content delta'],
      [95, 5, '← turn/completed'],
      [100, 5, 'end of the answer'],
      [100, 0, 'token usage recorded'],
    ]);
    expect(document.timeline.filter((entry: { is_slowest: boolean }) => entry.is_slowest)).toMatchObject([{ at_ms: 60, gap_ms: 34 }]);
  });

  it('has the fields that the table says, and no others', async () => {
    const table = COMMANDS.find(({ name }) => name === 'trace')?.document ?? [];
    const folder = stateFolder();
    const whole = Object.keys(JSON.parse((await trace(folder, ['--json'])).out));
    appendFileSync(join(folder, 'access.ndjson'), ndjson([accessRecord(OTHER, { client_request_id: 'order-1' })]));
    const matches = Object.keys(JSON.parse((await trace(folder, ['--json', '--req-id', 'order-1'])).out));
    expect([...new Set([...whole, ...matches])].toSorted()).toEqual(table.flatMap(({ field }) => field.split(', ')).toSorted());
  });

  it('shows how long the wait for a slot was, in every width, marked as the gap that it is', async () => {
    const folder = stateFolder(accessRecord(ID, { latency_ms: 8_160, ttft_ms: 3_150, queue_ms: 3_101.8 }));
    const { timeline } = JSON.parse((await trace(folder, ['--json'])).out);
    const granted = timeline.find(({ what }: { what: string }) => what === 'slot granted');
    expect(granted).toMatchObject({ gap_ms: 3_101.8, is_gap: true, is_slowest: false, detail: { queue_ms: 3_101.8 } });
    for (const columns of [40, 80, 160]) expect((await trace(folder, [], columns)).out).toMatch(/ 3\.10 s · slot granted/);
    expect((await trace(folder, [], 80)).out).toContain('queue_ms=3101.8');
  });

  it('knows when a slot was granted without the frames', async () => {
    const folder = stateFolder(accessRecord(ID, { latency_ms: 8_000, ttft_ms: 3_150, queue_ms: 3_000, worker_pid: 7 }));
    writeFileSync(join(folder, 'proto.ndjson'), '');
    const { timeline } = JSON.parse((await trace(folder, ['--json'])).out);
    expect(timeline.slice(0, 4).map(({ at_ms: atMs, what }: Record<string, unknown>) => [atMs, what])).toEqual([
      [0, 'request line'],
      [0, 'wait for a worker slot'],
      [3_000, 'slot granted'],
      [3_150, 'first content delta'],
    ]);
  });

  it('says where the slowest stretch lies where that is not the gap beside the mark', async () => {
    const folder = stateFolder(accessRecord(ID, { latency_ms: 4_000, ttft_ms: 60, worker_pid: 7 }));
    const run = frameRecord(ID, 'delta_run', 'item/agentMessage/delta', 40, { count: 99, duration_ms: 3_900, max_gap_ms: 50 });
    writeFileSync(join(folder, 'proto.ndjson'), ndjson([run]));
    expect((await trace(folder)).out).toMatch(/ ◆ ← 99 × item\/agentMessage\/delta +◆ slowest: 3\.90 s of this step /);

    writeFileSync(join(folder, 'proto.ndjson'), ndjson([{ ...run, count: 1, duration_ms: 0 }]));
    const meanwhile = { level: 'warn', component: 'worker', event: 'worker_backoff', timestamp: stamp(1_000) };
    const log = join(folder, 'proxy.log');
    writeFileSync(log, ndjson([meanwhile]));
    const { out } = await trace(folder, ['--log', log]);
    expect(out).toMatch(/ 3\.00 s ◆ end of the answer +◆ slowest: 3\.94 s, from \+60\.0 ms to \+4\.00 s /);
    const { slowest } = JSON.parse((await trace(folder, ['--log', log, '--json'])).out);
    expect(slowest).toMatchObject({ ms: 3_940, from_ms: 60, to_ms: 4_000 });
  });

  it.each([60, 100, 160])('fits a terminal of %i columns', async (columns) => {
    const { out } = await trace(stateFolder(), [], columns);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    expect(out).toContain('◆');
  });
});

describe('the sources', () => {
  it('are found where they were rotated to, packed or not', async () => {
    const folder = stateFolder();
    writeFileSync(join(folder, 'access.ndjson'), ndjson([accessRecord(OTHER)]));
    writeFileSync(
      join(folder, 'access.3.ndjson'),
      ndjson([accessRecord(ID, { status: 429, error_code: 'queue_full', outcome: 'refused' })]),
    );
    const usage = join(folder, 'usage.ndjson.1.gz');
    writeFileSync(usage, gzipSync(ndjson([usageRecord(ID)])));
    const document = JSON.parse((await trace(folder, ['--json', '--usage-log', join(folder, 'usage.ndjson')])).out);
    expect(document).toMatchObject({ outcome: 'refused', cause: { id: 'queue_full' } });
    expect(document.searched.find(({ source }: { source: string }) => source === 'usage')).toMatchObject({
      records: 2,
      files: [{ path: usage }, {}],
    });
  });

  it('include the artifact, whose frames are those of the log', async () => {
    const folder = stateFolder();
    mkdirSync(join(folder, 'trace-buffer'));
    const frame = { type: 'rpc_request', direction: 'to_worker', method: 'thread/start', at_ms: 0, bytes: 1, redacted: true, params: {} };
    const artifact = {
      version: 1,
      req_id: ID,
      run_id: ID,
      timestamp: stamp(100),
      outcome: 'completed',
      duration_ms: 100,
      truncated: false,
      events: [frame],
    };
    writeFileSync(join(folder, 'trace-buffer', `20261121T021003.100Z-${ID}.json`), JSON.stringify(artifact));
    const { timeline } = JSON.parse((await trace(folder, ['--json'])).out);
    const starts = timeline.filter(({ what }: { what: string }) => what === '→ thread/start');
    expect(starts).toMatchObject([{ sources: ['proto', 'trace_buffer'] }]);
  });

  it('include run events and agent logs, in the database and in archives, and what they say of a failure', async () => {
    const folder = stateFolder(accessRecord(ID, { status: 502, outcome: 'failed', error_code: 'provider_error' }));
    const database = openStateDatabase(join(folder, 'state.sqlite'));
    const error = { name: 'TurnError', message: 'The provider is on fire.', http_status: 500 };
    database
      .prepare('INSERT INTO run_events (run_id, type, created_at, source, level, payload_json) VALUES (?, ?, ?, ?, ?, ?)')
      .run(ID, 'error', stamp(50), 'worker', 'error', JSON.stringify(error));
    database.prepare('INSERT INTO runs (run_id, status, started_at) VALUES (?, ?, ?)').run(ID, 'failed', stamp(0));
    const insert = database.prepare('INSERT INTO agent_logs (created_at, run_id, level, event, message) VALUES (?, ?, ?, ?, ?)');
    insert.run(stamp(70), ID, 'info', 'agent_says', 'hello');
    insert.run(stamp(70), OTHER, 'info', 'agent_says', 'stranger');
    database.close();
    mkdirSync(join(folder, 'archives'));
    const archived = {
      id: 1,
      created_at: stamp(30),
      run_id: ID,
      source: 's',
      level: 'info',
      event: 'archived_word',
      message: 'm',
      payload_json: '{"a":1}',
    };
    const packed = gzipSync(JSON.stringify([{ ...archived, run_id: OTHER }, archived]));
    writeFileSync(join(folder, 'archives', 'agent_logs_20261121T021003.194Z.json.gz'), packed);

    const { out, err } = await trace(folder, ['--json']);
    const document = JSON.parse(out);
    expect(err).toBe('');
    expect(document.cause).toMatchObject({
      id: 'provider_unavailable',
      text: 'the model provider failed (HTTP 500): “The provider is on fire.”',
    });
    const steps = document.timeline.map(({ what, sources, at_ms: atMs }: Record<string, unknown>) => [what, sources, atMs]);
    expect(steps).toContainEqual(['error', ['run_events'], 50]);
    expect(steps).toContainEqual(['agent_says', ['agent_logs'], 70]);
    expect(steps).toContainEqual(['archived_word', ['archive'], 30]);
    expect(out).not.toContain('stranger');
  });

  it('tell the outcome from the run where the access log is gone', async () => {
    const folder = temporaryFolder();
    const database = openStateDatabase(join(folder, 'state.sqlite'));
    const { timestamp: _timestamp, ...terminal } = accessRecord(ID, { status: 503, outcome: 'refused', error_code: 'maintenance' });
    database
      .prepare('INSERT INTO runs (run_id, status, started_at, ended_at, terminal_json) VALUES (?, ?, ?, ?, ?)')
      .run(ID, 'refused', stamp(0), stamp(100), JSON.stringify(terminal));
    database.close();
    const { code, out, err } = await trace(folder);
    expect(code).toBe(0);
    expect(out).toContain('REFUSED (503 maintenance) after 100 ms — maintenance mode was on\n');
    expect(err).toContain('access.ndjson is not there: nothing of access is known\n');
  });

  it('tell since when no worker could be started, however often that was tried, from the database', async () => {
    const folder = stateFolder(accessRecord(ID, { status: 503, outcome: 'refused', error_code: 'worker_not_ready' }));
    const database = openStateDatabase(join(folder, 'state.sqlite'));
    const insert = database.prepare(
      'INSERT INTO agent_logs (created_at, run_id, source, level, event, payload_json) VALUES (?, ?, ?, ?, ?, ?)',
    );
    const worker = (ms: number, event: string, payload: object): unknown =>
      insert.run(stamp(ms), null, 'worker', 'error', event, JSON.stringify(payload));
    worker(-900, 'worker_start_failed', { reason: 'spawn_failed', restart_streak: 1 });
    worker(-800, 'worker_started', {});
    for (let streak = 2; streak <= 300; streak += 1)
      worker(-700 + streak, 'worker_start_failed', { reason: 'exited_early', restart_streak: streak });
    insert.run(stamp(100), ID, 'http', 'warn', 'request_completed', JSON.stringify({ error_code: 'worker_not_ready' }));
    database.close();
    const { cause } = JSON.parse((await trace(folder, ['--json'])).out);
    expect(cause).toMatchObject({
      id: 'worker_not_ready',
      text: `the worker could not be started: 299 starts failed since ${stamp(-698)}, the last at ${stamp(-400)} (exited_early)`,
    });
  });

  it('tell the model from the run where the worker had not said yet which are served', async () => {
    const folder = stateFolder(accessRecord(ID, { model: 'other', status: 503, outcome: 'refused', error_code: 'worker_not_ready' }));
    expect((await trace(folder)).out).toContain(' · a model whose name is not kept');
    const database = openStateDatabase(join(folder, 'state.sqlite'));
    database
      .prepare('INSERT INTO run_events (run_id, type, created_at, payload_json) VALUES (?, ?, ?, ?)')
      .run(ID, 'llm_request', stamp(1), JSON.stringify({ model: 'demo-codex' }));
    database.close();
    expect((await trace(folder)).out).toMatch(/\nrequest .* · demo-codex · stream/);
  });

  it('tell what the worker did meanwhile from the log of the proxy', async () => {
    const folder = stateFolder(accessRecord(ID, { status: 503, outcome: 'worker_exited', error_code: 'worker_exited' }));
    const log = join(folder, 'proxy.log');
    const exit = (ms: number, code: number): Record<string, unknown> => ({
      timestamp: stamp(ms),
      level: 'warn',
      component: 'worker',
      event: 'worker_exited',
      exit_code: code,
    });
    writeFileSync(log, ndjson([exit(-5_000, 1), exit(99, 7), exit(5_000, 2)]));
    const { out } = await trace(folder, ['--log', log]);
    expect(out).toContain('the worker process ended with exit code 7 while it worked on this request');
    expect(out.match(/ worker_exited /g)).toHaveLength(2);
  });
});

describe('an id', () => {
  it('that a client gave leads to its request, or to the list of its requests', async () => {
    const folder = stateFolder();
    const one = await trace(folder, ['--req-id', 'order-1']);
    expect(one).toMatchObject({ code: 0, err: `codex-ops: order-1 is the id that a client gave; its request is ${ID}\n` });
    expect(one.out).toContain('→ thread/start');
    const second = accessRecord(OTHER, { client_request_id: 'order-1', status: 401, outcome: 'refused', error_code: 'invalid_api_key' });
    appendFileSync(join(folder, 'access.ndjson'), ndjson([second]));
    const several = await trace(folder, ['--req-id', 'order-1']);
    expect(several).toMatchObject({ code: 0, err: '' });
    expect(several.out.split('\n').map((line) => line.replaceAll(/\s+/g, ' '))).toEqual([
      '2 requests were called order-1 by their client; trace one of them:',
      `${ID} ${stamp(100)} 100 ms 200 completed`,
      `${OTHER} ${stamp(100)} 100 ms 401 refused invalid_api_key`,
      '',
    ]);
  });

  it('of a chat completion leads to its request, unless a client gave it', async () => {
    const completion = ID.replace('req_', 'chatcmpl-');
    const folder = stateFolder();
    const own = await trace(folder, ['--req-id', completion]);
    expect(own).toMatchObject({ code: 0, err: `codex-ops: ${completion} is the id of a chat completion; its request is ${ID}\n` });
    expect(own.out).toContain('→ thread/start');
    writeFileSync(join(folder, 'access.ndjson'), ndjson([accessRecord(OTHER, { client_request_id: completion })]));
    expect((await trace(folder, ['--req-id', completion])).err).toContain(
      `${completion} is the id that a client gave; its request is ${OTHER}`,
    );
    expect(await trace(folder, ['--req-id', 'chatcmpl-'])).toMatchObject({ code: 1, out: '' });
  });

  it('is asked for after a mistyped option is told, with the one that was meant', async () => {
    const terminal = createTerminal();
    expect(await runCli(['trace', '--reqid', ID], terminal)).toBe(2);
    expect(terminal.printed.err).toContain("unknown option '--reqid'");
    expect(terminal.printed.err).toContain('--req-id?');
    const without = createTerminal();
    expect(await runCli(['trace', '--json'], without)).toBe(2);
    expect(without.printed.err).toContain("required option '--req-id <ID>' not specified");
  });

  it('of which nothing is known fails, with all that was searched', async () => {
    const folder = stateFolder();
    const { code, out, err } = await trace(folder, ['--req-id', 'req_unknown']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    for (const name of [
      'access.ndjson (1 file',
      'proto.ndjson',
      'usage.ndjson',
      'trace-buffer (nothing there)',
      'state.sqlite',
      'archives',
    ]) {
      expect(err).toContain(join(folder, name));
    }
  });

  it.each(['', '../../etc/passwd', 'a b', 'x'.repeat(129)])('that can be none is a mistake: %j', async (id) => {
    expect(await trace(temporaryFolder(), ['--req-id', id])).toMatchObject({ code: 2, out: '' });
  });
});

describe('damage', () => {
  it('is told, and what is left is shown: missing files, corrupt lines, a line that breaks off, packed data that does', async () => {
    const folder = stateFolder();
    const proto = join(folder, 'proto.ndjson');
    appendFileSync(proto, `{"request_id":"${ID}",corrupt}\n{"request_id":"${ID}","event":"rpc_fr`);
    const packed = join(folder, 'access.1.ndjson.gz');
    writeFileSync(packed, gzipSync(ndjson(Array.from({ length: 99 }, (_, index) => accessRecord(OTHER, { n: index })))).subarray(0, 200));
    writeFileSync(join(folder, 'state.sqlite'), 'this is no database, however long it may be'.repeat(40));
    const usage = join(folder, 'none', 'usage.ndjson');
    const { code, out, err } = await trace(folder, ['--usage-log', usage]);
    expect(code).toBe(0);
    expect(out).toContain('COMPLETED (200) after 100 ms');
    expect(err).toContain(`${usage} is not there: nothing of usage is known\n`);
    expect(err).toContain(`${proto} ends in the middle of a line of this request: it is being written, or was cut\n`);
    expect(err).toContain(`${proto}: 1 line that names the request cannot be read as JSON\n`);
    expect(err).toContain(`${packed} cannot be read to its end (the packed data breaks off); what was read counts\n`);
    expect(err).toMatch(/state\.sqlite cannot be read \([a-zA-Z_]+\): nothing of run events and agent logs is known\n/);
  });

  it('frames alone still make a timeline', async () => {
    const folder = stateFolder();
    writeFileSync(join(folder, 'access.ndjson'), '');
    const { code, out } = await trace(folder);
    expect(code).toBe(0);
    expect(out).toContain('UNKNOWN — no terminal record was found');
    expect(out).toContain('no request line is known');
  });
});

it('secrets are taken out and control characters are shown, wherever they stand', async () => {
  const secret = githubToken();
  const hostile = `\u001b[2J\u0007 ${secret}`;
  const folder = stateFolder(accessRecord(ID, { reason: hostile, model: hostile, error_code: 'invalid_request', outcome: 'refused' }));
  const database = openStateDatabase(join(folder, 'state.sqlite'));
  database
    .prepare('INSERT INTO run_events (run_id, type, created_at, payload_json) VALUES (?, ?, ?, ?)')
    .run(ID, 'error', stamp(50), JSON.stringify({ message: hostile, password: 'hunter2' }));
  database.close();
  for (const args of [[], ['--json']]) {
    const { out, err } = await trace(folder, args);
    expect(out + err).not.toContain(secret);
    expect(out + err).not.toContain('hunter2');
    expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(out).toContain('[redacted:github_token]');
  }
});

it('rules of the operator count, and an id that is a secret is not repeated', async () => {
  const folder = stateFolder(accessRecord(ID, { model: 'TCK-123456' }));
  const rules = JSON.stringify({ rules: [{ id: 'ticket', literals: ['TCK-'], pattern: 'TCK-[0-9]{6}' }] });
  const terminal = createTerminal({ files: { 'rules.json': rules }, environment: { REDACTION_RULES: 'rules.json' } });
  await runCli(['trace', '--state-dir', folder, '--req-id', ID], terminal);
  expect(terminal.printed.out).toContain('[redacted:ticket]');
  expect(terminal.printed.out).not.toContain('TCK-123456');
  const { code, err } = await trace(folder, ['--req-id', githubToken()]);
  expect(code).toBe(1);
  expect(err).toContain('nothing is known of [redacted:github_token]');
});
