import type { CommandDefinition, DocumentField, OptionDefinition } from './command.ts';
import { ADMIN_TOKEN_TEXT, ONLINE_FAILURES, ONLINE_OPTIONS } from './online.ts';

const STATE: readonly DocumentField[] = [
  { field: 'version', description: '1; rises when a field changes its meaning' },
  { field: 'enabled', description: 'whether it is on' },
  { field: 'reason, author', description: 'why and who, where it was said' },
  { field: 'since', description: 'since when it is what it is, ISO 8601 UTC, where that is known' },
  { field: 'expires_at', description: 'when it switches itself off, where it does' },
  { field: 'retry_after_seconds', description: 'what clients are told to wait' },
  { field: 'kept', description: 'false: the state could not be written, and a restart will not find it' },
];

const REASON: OptionDefinition = {
  kind: 'text',
  name: 'reason',
  placeholder: 'TEXT',
  description: 'why, one line; clients are told it too',
};
const AUTHOR: OptionDefinition = { kind: 'text', name: 'author', placeholder: 'NAME', description: 'who', environment: 'USER' };
const KEPT =
  'The state is kept over restarts of the proxy. Probes stay as they are: a proxy in maintenance is ready, and refuses by itself.';

export const MAINTENANCE_ON: CommandDefinition = {
  name: 'maintenance on',
  summary: 'refuse all of /v1 with 503 maintenance, until it is switched off or expires',
  description: [`Requests that are under way go on to their end. ${KEPT}`, ADMIN_TOKEN_TEXT],
  options: [
    REASON,
    AUTHOR,
    { kind: 'duration', name: 'retry-after', placeholder: 'TIME', description: 'what clients are told to wait, up to a day' },
    { kind: 'duration', name: 'expires-in', placeholder: 'TIME', description: 'switch itself off after so long, up to 30 days' },
    ...ONLINE_OPTIONS,
  ],
  document: STATE,
  examples: [
    {
      line: 'codex-ops maintenance on --reason "provider migration" --expires-in 30m',
      description: 'For half an hour at most, whatever happens to whoever switched it on.',
    },
  ],
  exitCodes: [{ code: 0, description: 'it is on' }, ...ONLINE_FAILURES],
  load: async () => (await import('../maintenance/switch-action.ts')).maintenanceOnAction,
};

export const MAINTENANCE_OFF: CommandDefinition = {
  name: 'maintenance off',
  summary: 'serve again',
  description: [KEPT, ADMIN_TOKEN_TEXT],
  options: [REASON, AUTHOR, ...ONLINE_OPTIONS],
  document: STATE,
  examples: [{ line: 'codex-ops maintenance off', description: 'Let requests in.' }],
  exitCodes: [{ code: 0, description: 'it is off' }, ...ONLINE_FAILURES],
  load: async () => (await import('../maintenance/switch-action.ts')).maintenanceOffAction,
};

export const MAINTENANCE_STATUS: CommandDefinition = {
  name: 'maintenance status',
  summary: 'whether maintenance mode is on, since when, by whom, why, and until when',
  description: [ADMIN_TOKEN_TEXT],
  options: ONLINE_OPTIONS,
  document: STATE,
  examples: [{ line: 'codex-ops maintenance status --json | jq .enabled', description: 'For a script.' }],
  exitCodes: [{ code: 0, description: 'the state is printed, on or off' }, ...ONLINE_FAILURES],
  load: async () => (await import('../maintenance/status-action.ts')).maintenanceStatusAction,
};
