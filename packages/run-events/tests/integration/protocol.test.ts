import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runEventsOf } from '@codex-proxy/run-events';

const ITEMS = {
  agentMessage: { type: 'agentMessage', id: 'i', text: 'hello' },
  commandExecution: {
    type: 'commandExecution',
    id: 'i',
    command: 'npm test',
    cwd: '/work',
    source: 'agent',
    status: 'completed',
    commandActions: [{ type: 'unknown', command: 'npm test' }],
    aggregatedOutput: '1 passed',
    exitCode: 0,
    durationMs: 5,
  },
  fileChange: {
    type: 'fileChange',
    id: 'i',
    status: 'completed',
    changes: [{ path: 'a.ts', kind: { type: 'update', move_path: null }, diff: '@@ -1 +1 @@\n-a\n+b\n' }],
  },
  mcpToolCall: {
    type: 'mcpToolCall',
    id: 'i',
    server: 's',
    tool: 't',
    status: 'completed',
    arguments: {},
    result: { content: [] },
    durationMs: 1,
  },
  dynamicToolCall: { type: 'dynamicToolCall', id: 'i', tool: 't', status: 'completed', arguments: {}, contentItems: [], success: true },
  webSearch: { type: 'webSearch', id: 'i', query: 'q' },
} as const;

const folder = mkdtempSync(join(tmpdir(), 'run-events-protocol-'));
afterAll(() => rmSync(folder, { recursive: true }));

let problemsOf: (file: string, value: unknown) => string;

/** The protocol as the installed binary prints it. */
beforeAll(() => {
  const launcher = createRequire(import.meta.url).resolve('@openai/codex/package.json');
  const vendor = join(dirname(createRequire(launcher).resolve(`@openai/codex-${process.platform}-${process.arch}/package.json`)), 'vendor');
  const [target = ''] = readdirSync(vendor);
  execFileSync(join(vendor, target, 'bin', 'codex'), ['app-server', 'generate-json-schema', '--experimental', '--out', folder]);
  problemsOf = (file, value) => {
    const { $schema: _, ...schema } = JSON.parse(readFileSync(join(folder, 'v2', `${file}.json`), 'utf8')) as Record<string, unknown>;
    const ajv = new Ajv2019({ strict: false, validateFormats: false });
    return ajv.validate(schema, value) ? '' : ajv.errorsText();
  };
});

test.each(Object.entries(ITEMS))('%s is an item of the protocol, and becomes events', (_type, item) => {
  const params = { item, threadId: 't', turnId: 'u' };
  expect(problemsOf('ItemCompletedNotification', { ...params, completedAtMs: 1 })).toBe('');
  expect(problemsOf('ItemStartedNotification', { ...params, startedAtMs: 1 })).toBe('');
  expect(runEventsOf({ method: 'item/completed', params })).not.toEqual([]);
});

test('an error of the protocol becomes an event', () => {
  const params = {
    threadId: 't',
    turnId: 'u',
    willRetry: false,
    error: { message: 'm', codexErrorInfo: { httpConnectionFailed: { httpStatusCode: 502 } } },
  };
  expect(problemsOf('ErrorNotification', params)).toBe('');
  expect(runEventsOf({ method: 'error', params })).toMatchObject([{ payload: { http_status: 502 } }]);
});
