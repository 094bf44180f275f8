import type { CommandDefinition } from './command.ts';
import { JSON_OPTION, STATE_DIR_OPTION } from './options.ts';

export const TRACE: CommandDefinition = {
  name: 'trace',
  summary: 'one request from all that was written about it: what became of it and why, then its timeline',
  description: [
    'Takes the id of a request (X-Request-Id of its answer, request_id of every log record) and puts together what the state folder holds of ' +
      'it: access.ndjson, proto.ndjson and usage.ndjson with all that was rotated out of them (packed or not), the trace artifact, run events and ' +
      'agent logs in state.sqlite, and the archives of agent logs. It reads files alone: the proxy may be down.',
    'The first line says how the request ended and what the likely cause is, the second what to do next. In the timeline times count from the ' +
      'request line, and a gap is the time since the row above; ◆ marks the slowest stretch where it stands out (20 ms and a tenth of the ' +
      'request), · a gap of 100 ms and a tenth of the request. → went to the worker, ← came from it.',
    'The id of a chat completion (chatcmpl-…), which an SDK shows, and the one that a client gave (client_request_id) will do as well; where several requests have that, they are listed. Secrets and personal data ' +
      'are taken out of everything that is printed, by your own rules in $REDACTION_RULES too.',
  ],
  options: [
    {
      kind: 'text',
      name: 'req-id',
      placeholder: 'ID',
      description: 'the request: req_…, the id of its completion (chatcmpl-…), or the id that its client gave',
      isRequired: true,
    },
    STATE_DIR_OPTION,
    { kind: 'file', name: 'access-log', placeholder: 'FILE', description: 'access log; access.ndjson in the state folder by default' },
    { kind: 'file', name: 'proto-log', placeholder: 'FILE', description: 'log of JSON-RPC frames; proto.ndjson there by default' },
    { kind: 'file', name: 'usage-log', placeholder: 'FILE', description: 'log of token usage; usage.ndjson there by default' },
    {
      kind: 'file',
      name: 'log',
      placeholder: 'FILE',
      description: 'what the proxy itself logged, its standard output, where you keep it: tells what the worker did meanwhile',
    },
    JSON_OPTION,
  ],
  document: [
    { field: 'version', description: '1; rises when a field changes its meaning' },
    { field: 'request_id', description: 'the request' },
    {
      field: 'outcome',
      description: 'completed, client_closed, worker_exited, timeout, refused, failed; running; unknown without a terminal record',
    },
    { field: 'status', description: 'HTTP status that it counts under, or null' },
    { field: 'error_code', description: 'a code of docs/reference/errors.md, or null' },
    { field: 'latency_ms', description: 'from the request line to the end of the answer, or null' },
    { field: 'cause', description: '{id, text, next}: the likely cause, a stable id of it, and what to do' },
    {
      field: 'slowest',
      description:
        '{into, what, ms, share, from_ms, to_ms}: where the longest stretch of time went (queue, proxy, worker, first_token, writing, pause, writing_or_pause, silence, end, other); share of latency_ms; between which at_ms; or null',
    },
    { field: 'started_at', description: 'when the request line came in, ISO 8601 UTC' },
    { field: 'has_request_line', description: 'false: started_at is the first thing that is known' },
    {
      field: 'frame_clock',
      description: 'how frames were timed: first_delta (exact to a millisecond), written (an estimate), none (there are none, or no clock)',
    },
    { field: 'request', description: 'the terminal record, else the row of the run, or null' },
    { field: 'usage', description: 'the record of its tokens, or null' },
    { field: 'timeline', description: '[{at_ms, timestamp, gap_ms, duration_ms, is_gap, is_slowest, sources, what, detail}], in order' },
    { field: 'searched', description: '[{source, path, files: [{path, bytes}], records}]' },
    { field: 'warnings', description: 'what standard error was told' },
    {
      field: 'client_request_id, matches',
      description: 'instead of all but version, searched and warnings, where an id of a client has several requests',
    },
  ],
  examples: [
    { line: 'codex-ops trace --req-id req_Vt3hW8kqN1sZ0aB7cD5eF9gH', description: 'Why was this request slow, refused or broken?' },
    {
      line: "codex-ops trace --req-id order-4711 --json | jq -r '.cause.text'",
      description: 'The cause alone, by the id that the client gave.',
    },
    {
      line: 'codex-ops trace --req-id req_Vt3hW8kqN1sZ0aB7cD5eF9gH --access-log old/access.ndjson.gz --log proxy.log',
      description: 'From files that were put aside, with the log of the proxy for what its worker did.',
    },
  ],
  exitCodes: [
    { code: 0, description: 'something is known of the request, or of several that have this id of a client' },
    { code: 1, description: 'nothing is known of it: what was searched stands on standard error' },
    { code: 2, description: 'usage: no id, or what cannot be one; an unknown option; rules that cannot be used' },
  ],
  load: async () => (await import('../trace/trace-action.ts')).traceAction,
};
