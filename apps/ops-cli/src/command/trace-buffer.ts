import type { CommandDefinition, DocumentField } from './command.ts';
import { ADMIN_TOKEN_TEXT, ONLINE_FAILURES, ONLINE_OPTIONS } from './online.ts';

const VERSION: DocumentField = { field: 'version', description: '1; rises when a field changes its meaning' };
const STATE: readonly DocumentField[] = [
  VERSION,
  { field: 'enabled', description: 'whether requests are captured now' },
  { field: 'entries', description: 'artifacts on disk' },
  { field: 'max_files, ttl_hours', description: 'what is kept at most, in number and age' },
  { field: 'artifacts', description: '[{request_id, timestamp, bytes}], newest first' },
];

export const TRACE_BUFFER_LIST: CommandDefinition = {
  name: 'trace-buffer list',
  summary: 'whether JSON-RPC traces are captured, and those that there are',
  description: [ADMIN_TOKEN_TEXT],
  options: ONLINE_OPTIONS,
  document: STATE,
  examples: [{ line: 'codex-ops trace-buffer list', description: 'Which requests have a trace?' }],
  exitCodes: [{ code: 0, description: 'done, also where there is none' }, ...ONLINE_FAILURES],
  load: async () => (await import('../trace-buffer/list-action.ts')).traceBufferListAction,
};

export const TRACE_BUFFER_SHOW: CommandDefinition = {
  name: 'trace-buffer show',
  summary: "one trace: the frames of a request's exchange with the worker, in time",
  description: [
    'A line a frame: when (since the first), in which direction, what, and how large; runs of deltas are one line. With --json the whole artifact, ' +
      'with payloads of which structure and lengths alone are left. The command trace puts it together with all else that is known of a request.',
    ADMIN_TOKEN_TEXT,
  ],
  arguments: [{ placeholder: 'ID', description: 'the request: req_…' }],
  options: ONLINE_OPTIONS,
  document: [{ field: 'version, req_id, …', description: 'the artifact as it is on disk, see packages/trace-buffer' }],
  examples: [
    { line: 'codex-ops trace-buffer show req_Vt3hW8kqN1sZ0aB7cD5eF9gH', description: 'What was said to the worker, and when?' },
    {
      line: "codex-ops trace-buffer show req_Vt3hW8kqN1sZ0aB7cD5eF9gH --json | jq '.events[0].params'",
      description: 'How the first frame was built.',
    },
  ],
  exitCodes: [
    { code: 0, description: 'done' },
    { code: 1, description: 'there is no such trace, or the proxy cannot be reached, wants another token, or refused' },
    { code: 2, description: 'usage: an unknown option' },
  ],
  load: async () => (await import('../trace-buffer/show-action.ts')).traceBufferShowAction,
};

export const TRACE_BUFFER_ENABLE: CommandDefinition = {
  name: 'trace-buffer enable',
  summary: 'capture the requests that begin from now on',
  description: ['Until it is disabled; a restart of the proxy returns to what PROXY_TRACE_BUFFER says.', ADMIN_TOKEN_TEXT],
  options: ONLINE_OPTIONS,
  document: STATE,
  examples: [{ line: 'codex-ops trace-buffer enable', description: 'Before the failure is provoked once more.' }],
  exitCodes: [{ code: 0, description: 'capture is on' }, ...ONLINE_FAILURES],
  load: async () => (await import('../trace-buffer/switch-action.ts')).traceBufferEnableAction,
};

export const TRACE_BUFFER_DISABLE: CommandDefinition = {
  name: 'trace-buffer disable',
  summary: 'capture no more requests; the traces that there are stay',
  description: ['A restart of the proxy returns to what PROXY_TRACE_BUFFER says.', ADMIN_TOKEN_TEXT],
  options: ONLINE_OPTIONS,
  document: STATE,
  examples: [{ line: 'codex-ops trace-buffer disable', description: 'When the failure has been seen.' }],
  exitCodes: [{ code: 0, description: 'capture is off' }, ...ONLINE_FAILURES],
  load: async () => (await import('../trace-buffer/switch-action.ts')).traceBufferDisableAction,
};

export const TRACE_BUFFER_PURGE: CommandDefinition = {
  name: 'trace-buffer purge',
  summary: 'remove traces: all of them, or those that are older than a span of time',
  description: ['They are gone for good. Capture stays on or off.', ADMIN_TOKEN_TEXT],
  options: [{ kind: 'duration', name: 'older-than', placeholder: 'TIME', description: 'these alone: 30m, 12h, 1d' }, ...ONLINE_OPTIONS],
  document: [VERSION, { field: 'purged', description: 'how many were removed' }],
  examples: [{ line: 'codex-ops trace-buffer purge --older-than 1h', description: 'Keep those of the last hour.' }],
  exitCodes: [{ code: 0, description: 'done, also where there was nothing to remove' }, ...ONLINE_FAILURES],
  load: async () => (await import('../trace-buffer/purge-action.ts')).traceBufferPurgeAction,
};
