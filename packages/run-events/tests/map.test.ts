import { describe, expect, test } from 'vitest';
import { RUN_EVENT_TYPES, runEventInputSchema } from '@codex-proxy/contracts';
import { llmRequestEvent, llmResponseEvent, runEventsOf, type MappedRunEvent, type MappingOptions } from '@codex-proxy/run-events';

const ids = { threadId: 'thread_1', turnId: 'turn_1' };

function started(item: object, options?: MappingOptions): MappedRunEvent[] {
  return checked(runEventsOf({ method: 'item/started', params: { item, ...ids, startedAtMs: 1 } }, options));
}

function completed(item: object, options?: MappingOptions): MappedRunEvent[] {
  return checked(runEventsOf({ method: 'item/completed', params: { item, ...ids, completedAtMs: 2 } }, options));
}

/** Every event is one, and its payload is that of its type. */
function checked(events: MappedRunEvent[]): MappedRunEvent[] {
  for (const event of events) {
    expect(runEventInputSchema.safeParse(event).success).toBe(true);
    expect(RUN_EVENT_TYPES[event.type].payload.strict().safeParse(event.payload).error).toBeUndefined();
  }
  return events;
}

const command = {
  type: 'commandExecution',
  id: 'call_1',
  command: `/bin/bash -lc 'cat src/a.ts | head'`,
  cwd: '/work',
  processId: null,
  source: 'agent',
  status: 'completed',
  commandActions: [
    { type: 'read', command: 'cat src/a.ts', name: 'a.ts', path: 'src/a.ts' },
    { type: 'unknown', command: 'head' },
  ],
  aggregatedOutput: 'text of the file',
  exitCode: 0,
  durationMs: 12,
};

describe('a message of the model', () => {
  const message = { type: 'agentMessage', id: 'msg_1', text: 'Good morning.', phase: 'final', memoryCitation: null };

  test('is a response to the request of its turn', () => {
    expect(completed(message)).toEqual([
      { type: 'llm_response', correlation_id: 'turn_1', source: 'worker', level: 'info', payload: { text_chars: 13, phase: 'final' } },
    ]);
    expect(started(message)).toEqual([]);
    expect(completed({ ...message, phase: null }, { requestId: 'req_a', content: 'preview' })).toMatchObject([
      { correlation_id: 'req_a', payload: { text_chars: 13, text_preview: 'Good morning.' } },
    ]);
  });

  test('pairs with the request that the proxy sent', () => {
    const request = llmRequestEvent('req_a', {
      model: 'm',
      stream: true,
      message_count: 2,
      tool_count: 0,
      inputChars: 40,
      lastMessage: 'Hello',
    });
    expect(checked([request])[0]!.payload).toEqual({
      model: 'm',
      stream: true,
      message_count: 2,
      tool_count: 0,
      input_chars: 40,
      last_message_chars: 5,
    });
    const response = llmResponseEvent('req_a', { text: 'Hi', tokens_prompt: 3, tokens_response: 1 }, 'preview');
    expect(checked([response])[0]!.payload).toEqual({ text_chars: 2, text_preview: 'Hi', tokens_prompt: 3, tokens_response: 1 });
    expect(request.correlation_id).toBe(response.correlation_id);
  });
});

describe('a command', () => {
  test('is a call and its result, by lengths alone', () => {
    expect(started({ ...command, status: 'inProgress', aggregatedOutput: null, exitCode: null, durationMs: null })).toEqual([
      {
        type: 'tool_call',
        correlation_id: 'call_1',
        source: 'worker',
        level: 'info',
        payload: { kind: 'command', tool: 'cat', actions: ['read', 'unknown'], arguments_chars: 35 },
      },
    ]);
    expect(completed(command)).toEqual([
      {
        type: 'tool_result',
        correlation_id: 'call_1',
        source: 'worker',
        level: 'info',
        payload: { kind: 'command', tool: 'cat', status: 'completed', success: true, exit_code: 0, duration_ms: 12, output_chars: 16 },
      },
    ]);
  });

  test('has its line and its output where content is kept', () => {
    expect(started(command, { content: 'preview' })).toMatchObject([{ payload: { arguments_preview: command.command } }]);
    const output = 'x'.repeat(50_000);
    expect(completed({ ...command, aggregatedOutput: output }, { content: 'preview' })).toMatchObject([
      { payload: { output_chars: 50_000, output_preview: output.slice(0, 16_384) } },
    ]);
  });

  test.each([
    [
      { status: 'failed', exitCode: 1 },
      { status: 'failed', success: false, exit_code: 1 },
    ],
    [
      { status: 'declined', exitCode: null, durationMs: null },
      { status: 'declined', success: false, exit_code: null, duration_ms: null },
    ],
    [{ status: 'inProgress' }, { status: 'failed', success: false }],
    [
      { status: 'completed', exitCode: 2 },
      { status: 'completed', success: false, exit_code: 2 },
    ],
    [
      { exitCode: undefined, aggregatedOutput: undefined, commandActions: undefined },
      { success: true, exit_code: null, output_chars: 0 },
    ],
  ])('that ended with %o says so', (fields, expected) => {
    const [event] = completed({ ...command, ...fields });
    expect(event).toMatchObject({ level: expected.success ? 'info' : 'warn', payload: expected });
  });

  test.each([
    ['ls -la', 'ls'],
    [`bash -lc "cd /work && npm ci"`, 'npm'],
    [`/bin/sh -c 'FOO=bar BAR=baz /usr/bin/python3 x.py'`, 'python3'],
    ['cd /work', 'cd'],
    ['sudo -n env -i make all', 'make'],
    ['npx --yes prettier .', 'prettier'],
    ['$(secret)', 'shell'],
    ['sudo --', 'shell'],
    ['', 'shell'],
    [`x${'y'.repeat(100)}`, 'shell'],
  ])('%s is named %s', (line, tool) => {
    expect(started({ ...command, command: line })).toMatchObject([{ payload: { tool } }]);
  });
});

describe('a test runner', () => {
  test.each([
    ['npx vitest run packages/a', 'vitest'],
    ['node_modules/.bin/jest --ci', 'jest'],
    ['pnpm exec mocha', 'mocha'],
    [`bash -lc 'cd app && CI=1 npm test'`, 'npm test'],
    ['npm run test:unit -- a', 'npm test'],
    ['npm t', 'npm test'],
    ['yarn test', 'yarn test'],
    ['python3 -m pytest -q', 'pytest'],
    ['uv run pytest', 'pytest'],
    ['go test ./...', 'go test'],
    ['cargo nextest run', 'cargo test'],
    ['cargo test', 'cargo test'],
    ['node --test tests', 'node:test'],
    ['./gradlew :app:test', 'gradlew test'],
    ['mvn -q test', 'mvn test'],
    ['make check', 'make test'],
    ['npx nx test a; echo done', 'nx test'],
  ])('is recognised in %s', (line, framework) => {
    expect(started({ ...command, command: line })).toMatchObject([
      { type: 'tool_call' },
      { type: 'test_started', correlation_id: 'call_1', payload: { framework } },
    ]);
  });

  test.each(['npm install', 'go build', 'cat jest.config.js', 'echo vitest', 'node script.js', 'grep test a.ts', 'npm run tested-build'])(
    'is not recognised in %s',
    (line) => {
      expect(started({ ...command, command: line }).map(({ type }) => type)).toEqual(['tool_call']);
    },
  );

  test.each([
    [
      'vitest',
      '\u001b[2m      Tests \u001b[22m \u001b[1m\u001b[31m1 failed\u001b[39m\u001b[22m | \u001b[32m13 passed\u001b[39m (14)',
      { failed: 1, passed: 13 },
    ],
    ['pytest', '=== 2 failed, 10 passed, 3 skipped in 1.2s ===', { failed: 2, passed: 10, skipped: 3 }],
    ['mocha', '  7 passing (12ms)\n  1 pending\n', { passed: 7, skipped: 1 }],
    ['node --test', '# tests 5\n# pass 4\n# fail 1\n# skipped 0\n', { passed: 4, failed: 1, skipped: 0 }],
    ['cargo test', 'test result: ok. 3 passed; 0 failed; 1 ignored;', { passed: 3, failed: 0, skipped: 1 }],
    ['jest', 'something else, 99999999999999999999 passed', {}],
  ])('of the kind of %s says how many tests passed', (line, aggregatedOutput, counts) => {
    const [, result] = completed({ ...command, command: line, aggregatedOutput, exitCode: 1 });
    expect(result).toMatchObject({
      type: 'test_result',
      level: 'warn',
      payload: { success: false, exit_code: 1, output_chars: aggregatedOutput.length },
    });
    const { passed, failed, skipped } = result!.payload as Record<string, unknown>;
    expect(JSON.parse(JSON.stringify({ passed, failed, skipped }))).toEqual(counts);
  });
});

describe('a change of files', () => {
  const change = {
    type: 'fileChange',
    id: 'call_2',
    status: 'completed',
    changes: [
      { path: 'src/new.ts', kind: { type: 'add' }, diff: 'one\ntwo\n' },
      { path: 'src/old.ts', kind: { type: 'delete' }, diff: 'one\n' },
      {
        path: 'src/a.ts',
        kind: { type: 'update', move_path: 'src/b.ts' },
        diff: '--- a\n+++ b\n@@ -1,2 +1,3 @@\n same\n-old\n+new\n+newer\n',
      },
      { path: 'src/empty.ts', kind: { type: 'update', move_path: null }, diff: '' },
    ],
  };
  const files = [
    { path: 'src/new.ts', kind: 'add', added: 2, removed: 0 },
    { path: 'src/old.ts', kind: 'delete', added: 0, removed: 1 },
    { path: 'src/a.ts', kind: 'update', move_path: 'src/b.ts', added: 2, removed: 1 },
    { path: 'src/empty.ts', kind: 'update', added: 0, removed: 0 },
  ];

  test('is proposed, then applied, with its files and lines', () => {
    const diff_chars = change.changes.reduce((sum, { path, diff }) => sum + path.length + 1 + diff.length, 3);
    const patch = { file_count: 4, added: 4, removed: 2, files, diff_chars };
    expect(started({ ...change, status: 'inProgress' })).toEqual([
      { type: 'patch_proposed', correlation_id: 'call_2', source: 'worker', level: 'info', payload: patch },
    ]);
    expect(completed(change)).toMatchObject([
      { type: 'patch_applied', level: 'info', payload: { status: 'completed', success: true, ...patch } },
    ]);
    expect(completed({ ...change, status: 'declined' })).toMatchObject([
      { level: 'warn', payload: { status: 'declined', success: false } },
    ]);
    expect(completed(change, { content: 'preview' })).toMatchObject([{ payload: { diff_preview: expect.stringContaining('+newer') } }]);
  });

  test('of very many files lists the first of them', () => {
    const changes = Array.from({ length: 300 }, (_, at) => ({ path: `${at}.ts`, kind: { type: 'add' }, diff: 'a' }));
    const [event] = started({ ...change, changes });
    expect(event!.payload).toMatchObject({ file_count: 300, added: 300 });
    expect((event!.payload as { files: unknown[] }).files).toHaveLength(200);
  });
});

describe('a tool', () => {
  test('of an MCP server', () => {
    const item = {
      type: 'mcpToolCall',
      id: 'call_3',
      server: 'docs',
      tool: 'find',
      status: 'completed',
      arguments: { q: 'a' },
      result: { content: ['x'] },
      error: null,
      durationMs: 5,
    };
    expect(started(item)).toMatchObject([
      { type: 'tool_call', payload: { kind: 'mcp', server: 'docs', tool: 'find', arguments_chars: 9 } },
    ]);
    expect(completed(item, { content: 'preview' })).toMatchObject([
      { type: 'tool_result', payload: { success: true, duration_ms: 5, output_preview: '{"content":["x"]}' } },
    ]);
    const failed = { ...item, status: 'failed', result: null, error: { message: 'not found' }, durationMs: null };
    expect(completed(failed)).toMatchObject([{ level: 'warn', payload: { success: false, output_chars: 9, duration_ms: null } }]);
  });

  test('of the client', () => {
    const item = {
      type: 'dynamicToolCall',
      id: 'call_4',
      namespace: null,
      tool: 'get_weather',
      arguments: {},
      status: 'completed',
      contentItems: [],
      success: false,
      durationMs: 3,
    };
    expect(started(item)).toMatchObject([{ payload: { kind: 'client', tool: 'get_weather', arguments_chars: 2 } }]);
    expect(completed(item)).toMatchObject([{ level: 'warn', payload: { status: 'completed', success: false } }]);
    expect(completed({ ...item, success: null, contentItems: null })).toMatchObject([{ payload: { success: true, output_chars: 0 } }]);
  });

  test('that searches the web, and another agent', () => {
    const search = { type: 'webSearch', id: 'call_5', query: 'weather' };
    expect(started(search)).toMatchObject([{ payload: { kind: 'web_search', tool: 'web_search', arguments_chars: 7 } }]);
    expect(completed({ type: 'webSearch', id: 'call_5' })).toMatchObject([{ payload: { success: true, output_chars: 0 } }]);
    const agent = { type: 'collabAgentToolCall', id: 'call_6', tool: 'spawnAgent', status: 'completed', prompt: 'do it', agentsStates: {} };
    expect(started(agent)).toMatchObject([{ payload: { kind: 'agent', tool: 'spawnAgent', arguments_chars: 5 } }]);
    expect(completed(agent)).toMatchObject([{ payload: { kind: 'agent', output_chars: 2 } }]);
  });
});

describe('an error', () => {
  const errorOf = (params: object, options?: MappingOptions) => checked(runEventsOf({ method: 'error', params }, options));

  test('has its code, and the status of the provider', () => {
    const error = { message: 'stream disconnected', codexErrorInfo: { responseStreamDisconnected: { httpStatusCode: 502 } } };
    expect(errorOf({ ...ids, willRetry: true, error }, { content: 'preview' })).toEqual([
      {
        type: 'error',
        correlation_id: 'turn_1',
        source: 'worker',
        level: 'warn',
        payload: {
          name: 'TurnError',
          message: 'stream disconnected',
          code: 'responseStreamDisconnected',
          http_status: 502,
          will_retry: true,
        },
      },
    ]);
  });

  test('says no word of the provider where no content is kept: it can quote the prompt', () => {
    const messageOf = (codexErrorInfo: unknown): unknown =>
      errorOf({ willRetry: false, error: { message: 'words', codexErrorInfo } })[0]?.payload;
    expect(messageOf('unauthorized')).toMatchObject({ message: 'unauthorized', code: 'unauthorized' });
    expect(messageOf(null)).toMatchObject({ message: 'unknown' });
  });

  test.each([
    ['unauthorized', { code: 'unauthorized' }],
    [{ httpConnectionFailed: { httpStatusCode: null } }, { code: 'httpConnectionFailed' }],
    [{ other: 'text' }, { code: 'other' }],
    [{}, {}],
    [null, {}],
  ])('with the information %o', (codexErrorInfo, expected) => {
    const [event] = errorOf({ willRetry: false, error: { message: 'm', codexErrorInfo } }, { requestId: 'req_a', content: 'preview' });
    expect(event).toMatchObject({ level: 'error', correlation_id: 'req_a' });
    expect(event!.payload).toEqual({ name: 'TurnError', message: 'm', will_retry: false, ...expected });
  });

  test('without a turn pairs with nothing', () => {
    expect(errorOf({ willRetry: false, error: { message: 'm' } })[0]).not.toHaveProperty('correlation_id');
  });
});

test.each([
  { method: 'item/agentMessage/delta', params: { delta: 'a' } },
  { method: 'item/completed', params: { item: { type: 'reasoning', id: 'r', summary: [] }, ...ids } },
  { method: 'item/completed', params: { item: { ...command, command: 7 }, ...ids } },
  { method: 'item/started' },
  { method: 'error', params: { error: 'text' } },
  { method: 'turn/completed', params: {} },
])('$method of another shape gives nothing', (notification) => {
  expect(runEventsOf(notification)).toEqual([]);
});
