import type { CommandDefinition } from './command.ts';
import { ONLINE_FAILURES, ONLINE_OPTIONS } from './online.ts';

const TOKEN_TEXT =
  'Needs the API key or the admin token: $PROXY_API_KEY, $PROXY_ADMIN_TOKEN, else, for a proxy of this machine, credentials.json of the state folder.';

export const RUNS_LIST: CommandDefinition = {
  name: 'runs list',
  summary: 'the newest runs: a run is what one request had the worker do',
  description: [
    'The id of a run is that of its request, which trace takes too.',
    'A request has a run once it may ask the worker. One that was refused before (maintenance, a wrong key, an unknown model, too many requests a minute, ' +
      'a request that is not valid) has none: codex-ops logs --file access --code CODE lists those. Under a flood of requests not every run is kept.',
    TOKEN_TEXT,
  ],
  options: [
    { kind: 'integer', name: 'limit', placeholder: 'N', description: 'so many at most', min: 1, max: 1000, default: 20 },
    {
      kind: 'choice',
      name: 'status',
      placeholder: 'STATUS',
      description: 'these alone',
      accepted: [
        { value: 'any', description: 'All.' },
        { value: 'running', description: 'Not ended yet.' },
        { value: 'completed', description: 'Ended as it should.' },
        { value: 'client_closed', description: 'The client left.' },
        { value: 'worker_exited', description: 'The worker ended while it worked on it.' },
        { value: 'timeout', description: 'It took too long.' },
        { value: 'refused', description: 'It was not begun.' },
        { value: 'failed', description: 'It failed otherwise.' },
      ],
      default: 'any',
    },
    ...ONLINE_OPTIONS,
  ],
  document: [
    { field: 'version', description: '1; rises when a field changes its meaning' },
    {
      field: 'runs',
      description:
        '[{run_id, status, model, route, started_at, ended_at, latest_event_at, event_count, tokens_prompt, tokens_response, error_code}], newest first',
    },
    { field: 'searched', description: 'how many runs were looked at; with --status at most 10,000' },
    { field: 'has_more', description: 'whether there are older ones' },
  ],
  examples: [
    { line: 'codex-ops runs list --status running', description: 'What is the worker doing?' },
    { line: "codex-ops runs list --status failed --json | jq -r '.runs[].run_id'", description: 'Ids of what failed, for trace.' },
  ],
  exitCodes: [{ code: 0, description: 'done, also where there is none' }, ...ONLINE_FAILURES],
  load: async () => (await import('../runs/list-action.ts')).runsListAction,
};

export const RUNS_EVENTS: CommandDefinition = {
  name: 'runs events',
  summary: 'what a run did: model turns, tool calls, patches, tests, errors',
  description: [
    'A line an event: its id, when, its type, and what it holds. With --follow it goes on with what the run does, until the run ends or Ctrl-C; a ' +
      'connection that breaks off is made anew, and goes on behind the last event.',
    TOKEN_TEXT,
  ],
  arguments: [{ placeholder: 'RUN', description: 'the run: req_…' }],
  options: [
    {
      kind: 'text',
      name: 'types',
      names: 'run event type',
      placeholder: 'TYPES',
      description: 'these alone, with commas between; with a name that there is not, all are told',
    },
    { kind: 'flag', name: 'follow', description: 'go on until the run ends' },
    ...ONLINE_OPTIONS.map((option) =>
      option.name === 'json' ? { ...option, description: 'print the events as they are, NDJSON' } : option,
    ),
  ],
  examples: [
    { line: 'codex-ops runs events req_Vt3hW8kqN1sZ0aB7cD5eF9gH --follow', description: 'Watch it work.' },
    {
      line: 'codex-ops runs events req_Vt3hW8kqN1sZ0aB7cD5eF9gH --types tool_call,tool_result --json',
      description: 'Its tools, for a program.',
    },
  ],
  exitCodes: [
    { code: 0, description: 'done; also when --follow was ended by Ctrl-C, and whatever became of the run' },
    { code: 1, description: 'there is no such run, or the proxy cannot be reached, wants another token, or refused' },
    { code: 2, description: 'usage: an unknown option or type' },
  ],
  load: async () => (await import('../runs/events-action.ts')).runsEventsAction,
};
