import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runEventsPageSchema, type RunEvent } from '@codex-proxy/contracts';
import { expect, onTestFinished, test } from 'vitest';
import { codexBinary } from '../../src/provider/codex-binary.ts';
import { startReadyProxy, type Settings } from '../support/proxy-under-test.ts';
import { MODEL, startProvider } from '../support/provider-under-test.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const messages = [{ role: 'user' as const, content: 'go' }];
const SUITE = `import { test } from 'node:test';
test('adds', () => undefined);
test('fails', () => { throw new Error('no'); });`;

const patchOf = (file: string, text: string): string =>
  ['*** Begin Patch', `*** Add File: ${file}`, ...text.split('\n').map((line) => `+${line}`), '*** End Patch'].join('\n');
const applying = (patch: string): string => `apply_patch <<'EOF'\n${patch}\nEOF`;

/** Where the kernel has no means for the worker's sandbox, it runs what it is asked to without one, or nothing. */
function canSandbox(): boolean {
  const home = temporaryFolder();
  return spawnSync(codexBinary(undefined), ['sandbox', '--', 'true'], { env: { ...process.env, CODEX_HOME: home } }).status === 0;
}

/** The events of a run in which the real worker's model runs these command lines, one after another. */
async function eventsOfAgent(commands: readonly string[], settings: Settings): Promise<RunEvent[]> {
  const provider = await startProvider();
  const proxy = await startReadyProxy({ ...provider.settings, CODEX_AGENT_TOOLS: 'shell,apply_patch', ...settings });
  onTestFinished(async () => {
    await proxy.remove();
    await provider.close();
  });
  provider.answer(({ input }) => {
    const done = input.filter((item) => item.type === 'function_call_output').length;
    const cmd = commands[done];
    if (cmd === undefined) return { deltas: ['Done.'] };
    return { deltas: [], functionCalls: [{ name: 'exec_command', arguments: JSON.stringify({ cmd }), callId: `call_${done}` }] };
  });
  const response = await proxy.chat({ model: MODEL, messages });
  await response.text();
  let events: RunEvent[] = [];
  await expect
    .poll(async () => {
      const page = await proxy.fetch(`/api/runs/${response.headers.get('x-request-id') ?? ''}/events`);
      ({ events } = runEventsPageSchema.parse(await page.json()));
      return events.at(-1)?.type;
    })
    .toBe('note');
  return events;
}

const shapeOf = (events: readonly RunEvent[]): unknown[] => events.map(({ type, correlation_id: id, level }) => [type, id, level]);

test('a real command, a real patch and a real test run in the sandbox of the real worker are events of their run', async ({ annotate }) => {
  const workdir = temporaryFolder();
  const sandbox = canSandbox() ? 'workspace-write' : 'danger-full-access';
  await annotate(`sandbox: ${sandbox}`);
  const commands = [
    'echo from the shell > note.txt && cat note.txt',
    applying(patchOf('sum.test.mjs', SUITE)),
    `${process.execPath} --test --test-isolation=none --test-reporter=tap sum.test.mjs`,
  ];
  const events = await eventsOfAgent(commands, { CODEX_SANDBOX: sandbox, CODEX_WORKDIR: workdir, RUN_EVENTS_CONTENT: 'preview' });
  expect(readFileSync(join(workdir, 'note.txt'), 'utf8')).toBe('from the shell\n');
  expect(readFileSync(join(workdir, 'sum.test.mjs'), 'utf8')).toBe(`${SUITE}\n`);
  const runId = events[0]?.run_id;
  expect(shapeOf(events)).toEqual([
    ['llm_request', runId, 'info'],
    ['tool_call', 'call_0', 'info'],
    ['tool_result', 'call_0', 'info'],
    ['patch_proposed', 'call_1', 'info'],
    ['patch_applied', 'call_1', 'info'],
    ['tool_call', 'call_2', 'info'],
    ['test_started', 'call_2', 'info'],
    ['tool_result', 'call_2', 'warn'],
    ['test_result', 'call_2', 'warn'],
    ['llm_response', runId, 'info'],
    ['note', null, 'info'],
  ]);
  const payloads = events.map(({ payload }) => payload);
  expect(payloads[1]).toMatchObject({ kind: 'command', tool: 'echo', arguments_preview: expect.stringContaining('from the shell') });
  expect(payloads[2]).toMatchObject({ status: 'completed', success: true, exit_code: 0, output_preview: 'from the shell\n' });
  const file = { path: join(workdir, 'sum.test.mjs'), kind: 'add', added: 3, removed: 0 };
  expect(payloads[3]).toMatchObject({ file_count: 1, added: 3, files: [file], diff_preview: expect.stringContaining('adds') });
  expect(payloads[4]).toMatchObject({ status: 'completed', success: true, files: [file] });
  expect(payloads[8]).toMatchObject({ framework: 'node:test', status: 'failed', success: false, exit_code: 1, passed: 1, failed: 1 });
});

test('what the sandbox refuses is told as such, in lengths alone', async ({ skip }) => {
  if (!canSandbox()) skip('this machine has no means for the sandbox');
  const workdir = temporaryFolder();
  // Of a command that ends within the same instant, and of a patch that it refuses, the worker tells nothing.
  const commands = ['sleep 1; echo persimmon > note.txt', applying(patchOf('added.txt', 'persimmon'))];
  const events = await eventsOfAgent(commands, { CODEX_WORKDIR: workdir });
  expect([existsSync(join(workdir, 'note.txt')), existsSync(join(workdir, 'added.txt'))]).toEqual([false, false]);
  expect(events.find(({ type }) => type === 'tool_call')).toMatchObject({ correlation_id: 'call_0', payload: { tool: 'sleep' } });
  expect(events.find(({ type }) => type === 'tool_result')).toMatchObject({ level: 'warn', payload: { success: false, exit_code: 1 } });
  expect(JSON.stringify(events)).not.toContain('persimmon');
});
