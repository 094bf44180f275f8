import type { CommandDefinition } from './command.ts';
import { STATE_DIR_OPTION } from './options.ts';

export const LOGS: CommandDefinition = {
  name: 'logs',
  summary: 'requests, JSON-RPC frames and token usage out of the files of the state folder, filtered, merged by time',
  description: [
    'Reads access.ndjson (a line a request), proto.ndjson (a line a JSON-RPC frame, without content) and usage.ndjson (tokens), with all that ' +
      'was rotated out of them, packed or not, and prints them a line a record, oldest first. The proxy may be down. What the proxy itself ' +
      'logs goes to its standard output, and is not here. Requests for probes and metrics are left out, unless --all or --req-id asks for them.',
    'With --follow it begins with what is yet to be written (or where --since says) and goes on until Ctrl-C, through rotation. Secrets and ' +
      'personal data are taken out of everything that is printed, by your own rules in $REDACTION_RULES too.',
  ],
  options: [
    {
      kind: 'choice',
      name: 'file',
      placeholder: 'FILE',
      description: 'which file',
      accepted: [
        { value: 'access', description: 'The terminal record of every request.' },
        { value: 'proto', description: 'JSON-RPC frames between proxy and worker.' },
        { value: 'usage', description: 'Token usage.' },
        { value: 'all', description: 'All three.' },
      ],
      default: 'all',
    },
    {
      kind: 'choice',
      name: 'level',
      placeholder: 'LEVEL',
      description: 'this level and above',
      accepted: [
        { value: 'trace', description: 'Everything.' },
        { value: 'debug', description: 'Details of the life of a stream or of the worker.' },
        { value: 'info', description: 'What happens when all is well.' },
        { value: 'warn', description: 'What may need a look.' },
        { value: 'error', description: 'What failed.' },
        { value: 'fatal', description: 'What ended the proxy.' },
      ],
      default: 'trace',
    },
    {
      kind: 'text',
      name: 'event',
      names: 'event',
      placeholder: 'EVENT',
      description: 'these events alone, with commas between; list prints all that there are',
    },
    {
      kind: 'text',
      name: 'code',
      names: 'error code',
      placeholder: 'CODE',
      description: 'records with these error codes alone, with commas between; list prints all that there are',
    },
    {
      kind: 'text',
      name: 'req-id',
      placeholder: 'ID',
      description: 'this request alone, by its id, that of its completion (chatcmpl-…) or the one that its client gave',
    },
    {
      kind: 'duration',
      name: 'slower-than',
      placeholder: 'TIME',
      description: 'requests alone that took longer: the latency_ms of their terminal record',
    },
    {
      kind: 'text',
      name: 'since',
      placeholder: 'TIME',
      description: 'from then on: a span such as 30s, 10m, 2h, 1d, or a time in ISO 8601',
    },
    { kind: 'flag', name: 'all', description: 'requests for probes and metrics too' },
    { kind: 'flag', name: 'follow', description: 'go on with what is written from now on' },
    STATE_DIR_OPTION,
    { kind: 'flag', name: 'json', description: 'print the records as they are written, NDJSON' },
  ],
  examples: [
    { line: 'codex-ops logs --file access --follow', description: 'Watch requests end.' },
    {
      line: 'codex-ops logs --file access --since 10m --json | jq -c "select(.status >= 500)"',
      description: 'What failed in the last ten minutes.',
    },
    { line: 'codex-ops logs --file access --code queue_full,maintenance --since 1h', description: 'Which requests were refused?' },
    { line: 'codex-ops logs --file access --slower-than 5s --since 1h', description: 'Which requests were slow? trace then tells why.' },
    { line: 'codex-ops logs --req-id req_Vt3hW8kqN1sZ0aB7cD5eF9gH', description: 'Every record of a request; trace tells what they mean.' },
  ],
  exitCodes: [
    { code: 0, description: 'done; also when --follow was ended by Ctrl-C' },
    { code: 1, description: 'none of the files is there, or no record is what was asked for' },
    { code: 2, description: 'usage: an unknown option, event or error code; a time that cannot be read; rules that cannot be used' },
  ],
  load: async () => (await import('../logs/logs-action.ts')).logsAction,
};
