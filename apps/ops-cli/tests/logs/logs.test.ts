import { COMMANDS, runCli } from '@codex-proxy/ops-cli';
import { ERROR_CODES, LOG_EVENTS, LOG_LEVELS } from '@codex-proxy/contracts';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { accessRecord, frameRecord, ndjson, stamp, usageRecord } from '../support/records.ts';
import { githubToken } from '../support/secrets.ts';
import { createTerminal, type TerminalOptions } from '../support/terminal.ts';

const ID = 'req_0123456789abcdefghijklmn';
const OTHER = 'req_zyxwvutsrqponmlkjihgfedc';

async function logs(
  folder: string,
  args: readonly string[] = [],
  options: TerminalOptions = {},
): Promise<{ code: number; out: string; err: string }> {
  const terminal = createTerminal(options);
  const code = await runCli(['logs', '--state-dir', folder, ...args], terminal);
  return { code, ...terminal.printed };
}

function stateFolder(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'access.1.ndjson'), ndjson([accessRecord(OTHER, { latency_ms: 50 })]));
  writeFileSync(
    join(folder, 'access.ndjson'),
    ndjson([accessRecord(ID, { status: 502, outcome: 'failed', error_code: 'provider_error' })]),
  );
  writeFileSync(
    join(folder, 'proto.ndjson'),
    ndjson([{ ...frameRecord(ID, 'rpc_request', 'turn/start', 4.5), timestamp: stamp(90), level: 'debug' }]),
  );
  writeFileSync(join(folder, 'usage.ndjson'), ndjson([usageRecord(ID)]));
  return folder;
}

it('merges the files by time, a line a record', async () => {
  expect(await logs(stateFolder())).toEqual({
    code: 0,
    err: '',
    out: [
      `${stamp(50)} INFO  ${OTHER} 200 completed 50.0 ms POST /v1/chat/completions model=demo-codex stream=true`,
      `${stamp(90)} DEBUG ${ID} → turn/start +4.5 ms bytes=100`,
      `${stamp(100)} INFO  ${ID} 502 failed 100 ms provider_error POST /v1/chat/completions model=demo-codex stream=true`,
      `${stamp(100)} INFO  ${ID} tokens 11 in 5 out`,
      '',
    ].join('\n'),
  });
});

it.each([
  [['--file', 'usage'], ['usage_recorded']],
  [['--slower-than', '60ms'], ['request_completed']],
  [
    ['--level', 'info', '--req-id', ID],
    ['request_completed', 'usage_recorded'],
  ],
  [
    ['--level', 'info', '--req-id', ID.replace('req_', 'chatcmpl-')],
    ['request_completed', 'usage_recorded'],
  ],
  [
    ['--event', 'rpc_frame,usage_recorded'],
    ['rpc_frame', 'usage_recorded'],
  ],
  [['--code', 'provider_error,queue_full'], ['request_completed']],
  [
    ['--since', stamp(95)],
    ['request_completed', 'usage_recorded'],
  ],
  [
    ['--since', '5ms'],
    ['request_completed', 'usage_recorded'],
  ],
])('%j filters', async (args, events) => {
  const { out, err } = await logs(stateFolder(), [...args, '--json'], { now: () => Date.parse(stamp(100)) });
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).event),
  ).toEqual(events);
  expect(err).toBe('');
});

it('fails where no record is what was asked for', async () => {
  const none = { code: 1, out: '', err: 'codex-ops: no record is what was asked for\n' };
  for (const args of [
    ['--req-id', 'req_none'],
    ['--code', 'queue_full'],
    ['--event', 'worker_exited'],
    ['--level', 'fatal'],
  ])
    expect(await logs(stateFolder(), args)).toEqual(none);
});

it('leaves out what machines watch by, and says so, unless that is asked for', async () => {
  const folder = stateFolder();
  const probes = ['/readyz', '/metrics'].map((route, at) => accessRecord(`req_probe${at}`, { method: 'GET', route }));
  appendFileSync(join(folder, 'access.ndjson'), ndjson(probes));
  const usual = await logs(folder, ['--file', 'access']);
  expect(usual).toMatchObject({ code: 0, err: 'codex-ops: 2 records of probes and scrapes are left out: --all shows them\n' });
  expect(usual.out).not.toContain('req_probe');
  const all = await logs(folder, ['--file', 'access', '--all']);
  expect(all).toMatchObject({ code: 0, err: '' });
  expect(all.out.match(/req_probe/g)).toHaveLength(2);
  expect(await logs(folder, ['--req-id', 'req_probe1'])).toMatchObject({ code: 0, err: '', out: expect.stringContaining('/metrics') });
});

it('--json gives lines as they are, but for secrets', async () => {
  const folder = stateFolder();
  const line = ` {"timestamp": "${stamp(101)}" ,"event":"request_completed","level":"info"}`;
  appendFileSync(join(folder, 'access.ndjson'), `${line}\n${JSON.stringify({ timestamp: stamp(102), model: githubToken() })}\nno JSON\n`);
  const { out, err } = await logs(folder, ['--file', 'access', '--since', stamp(101), '--json']);
  expect(out).toBe(`${line}\n{"timestamp":"${stamp(102)}","model":"[redacted:github_token]"}\n`);
  expect(err).toBe('codex-ops: 1 line is no JSON and left out\n');
});

it.each([60, 160])('fits a terminal of %i columns, with colour and without, and obeys no record', async (columns) => {
  const folder = stateFolder();
  appendFileSync(join(folder, 'access.ndjson'), ndjson([accessRecord(ID, { latency_ms: 200, reason: '\u001b[2J\u202e', status: 404 })]));
  const plain = await logs(folder, [], { isTTY: true, columns, environment: { NO_COLOR: '1' } });
  const coloured = await logs(folder, [], { isTTY: true, columns });
  for (const line of plain.out.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  expect(coloured.out.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain.out);
  expect(coloured.out).not.toBe(plain.out);
});

it('a mistake is named', async () => {
  expect(await logs(stateFolder(), ['--event', 'request_completd'])).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(
      /^codex-ops: no event of this version is called request_completd: was request_completed meant\? codex-ops logs --event list /,
    ),
  });
  expect(await logs(stateFolder(), ['--code', 'whales'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/no error code of this version is called whales: codex-ops logs --code list prints all\n/),
  });
  expect((await logs(stateFolder(), ['--event', 'exited'])).err).toContain('called exited: was worker_exited');
  expect(await logs(stateFolder(), ['--since', 'noon'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('--since takes a span of time'),
  });
});

it('prints all names that there are, one a line, whether there are logs or not', async () => {
  const folder = temporaryFolder();
  for (const [option, name, table] of [
    ['--event', 'request_completed', LOG_EVENTS],
    ['--code', 'queue_full', ERROR_CODES],
  ] as const) {
    const { code, out, err } = await logs(folder, [option, 'list']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.trimEnd().split('\n')).toEqual(Object.keys(table).toSorted());
    expect(out).toContain(`${name}\n`);
  }
});

it('offers every level that there is', () => {
  const level = COMMANDS.find(({ name }) => name === 'logs')?.options.find(({ name }) => name === 'level');
  expect(level?.kind === 'choice' ? level.accepted.map(({ value }) => value) : []).toEqual(LOG_LEVELS);
});

it('ends when it is told to while it follows', async () => {
  const controller = new AbortController();
  const following = logs(stateFolder(), ['--follow', '--since', '1h', '--json'], {
    interruption: controller.signal,
    now: () => Date.parse(stamp(100)),
  });
  controller.abort();
  expect((await following).code).toBe(0);
});
