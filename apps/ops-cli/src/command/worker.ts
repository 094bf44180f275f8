import type { CommandDefinition } from './command.ts';
import { ADMIN_TOKEN_TEXT, ONLINE_OPTIONS } from './online.ts';

export const WORKER_RECYCLE: CommandDefinition = {
  name: 'worker recycle',
  summary: 'replace the worker by a new one, without a failed request',
  description: [
    'A successor is started and has answered its handshake before it gets the first turn; the old worker ends once its turns have, however ' +
      'long their own time-outs let them take; only where the successor too is beyond WORKER_MAX_RSS_MB do they get WORKER_SHUTDOWN_GRACE_MS. The ' +
      'command waits for that. Where a recycle is under way already, it waits for that one. Ctrl-C ends the waiting, not the recycle.',
    ADMIN_TOKEN_TEXT,
  ],
  options: [
    { kind: 'flag', name: 'detach', description: 'return as soon as it has begun' },
    { kind: 'duration', name: 'timeout', placeholder: 'TIME', description: 'wait for so long', min: '1s', default: '2m' },
    ...ONLINE_OPTIONS,
  ],
  document: [
    { field: 'version', description: '1; rises when a field changes its meaning' },
    {
      field: 'outcome',
      description: 'recycled, started (--detach), draining (the successor serves, the old worker still has turns), failed, unknown',
    },
    { field: 'joined', description: 'whether one was under way already' },
    { field: 'old_pid, new_pid', description: 'process ids, where they are known' },
    { field: 'duration_ms', description: 'how long was waited' },
  ],
  examples: [
    { line: 'codex-ops worker recycle', description: 'After its configuration was changed, or when its memory has grown.' },
    { line: 'codex-ops worker recycle --detach', description: 'From a script that has other things to do.' },
  ],
  exitCodes: [
    { code: 0, description: 'the successor serves (--detach: it has begun)' },
    { code: 1, description: 'the successor did not start and the old worker goes on; or no worker serves, or the proxy cannot be asked' },
    { code: 2, description: 'usage: an unknown option, or a value that cannot be used' },
  ],
  load: async () => (await import('../worker/recycle-action.ts')).workerRecycleAction,
};
